// The fuzzer's property on texts that stopped the event log once, and on random ones; the fuzzer itself
// (backend/fuzz event_fuzz) goes on from there.
#include "storage/event_fuzz.cpp"  // NOLINT(bugprone-suspicious-include)

#include <gtest/gtest.h>

namespace {

void feed(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(EventFuzz, HoldsForWhatHarmedOnceAndForRandomBytes) {
  feed(std::string(159, 'a') + "\xc3");
  feed(std::string("a\0b", 3));
  feed(std::string(1'000'000, '\xff'));
  unsigned state = 7;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (int i = 0; i < round % 300; ++i) {
      state = state * 1664525U + 1013904223U;
      text += static_cast<char>(state >> 24U);
    }
    feed(text);
  }
}

}  // namespace
