// The fuzzer's property on answers that harm, and on random ones; the fuzzer itself (backend/fuzz
// answer_fuzz) goes on from there.
#include "app/answer_fuzz.cpp"  // NOLINT(bugprone-suspicious-include)

#include <gtest/gtest.h>

#include "base/testing.hpp"

namespace {

void feed(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(AnswerFuzz, HoldsForAnswersThatHarmAndForRandomBytes) {
  for (const auto* status : {"00", "11", "1\xff"}) {
    const auto head = status + std::string("a line\n");
    feed(head + std::string(159, 'a') + "\xc3");
    feed(head + std::string("a\0b", 3));
    feed(head + std::string(1'000'000, '\xff'));
    feed(head + R"({"a":["{all}{token}"]})");
  }
  std::string many;
  while (many.size() < 4000) many += "{token}";
  // Together they would grow to two million bytes.
  feed("00" + std::string(4000, 'x') + "\n" + R"({"a":[")" + many + "\"]}");
  unsigned state = 7;
  for (std::size_t round = 0; round < 3000; ++round) feed(storefleet::testing::noise(round % 300, state));
}

}  // namespace
