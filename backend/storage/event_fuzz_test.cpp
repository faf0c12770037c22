// The fuzzer's property on texts that stopped the event log once, and on random ones; the fuzzer itself
// (backend/fuzz event_fuzz) goes on from there.
#include "storage/event_fuzz.cpp"  // NOLINT(bugprone-suspicious-include)

#include <gtest/gtest.h>

#include "base/testing.hpp"

namespace {

void feed(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(EventFuzz, HoldsForWhatHarmedOnceAndForRandomBytes) {
  feed(std::string(159, 'a') + "\xc3");
  feed(std::string("a\0b", 3));
  feed(std::string(1'000'000, '\xff'));
  unsigned state = 7;
  for (std::size_t round = 0; round < 5000; ++round) feed(storefleet::testing::noise(round % 300, state));
}

}  // namespace
