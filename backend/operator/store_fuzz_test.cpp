// The fuzzer's property on documents that harmed the platform once, and on mutations of them; the fuzzer
// itself (backend/fuzz store_fuzz) goes on from there.
#include "operator/store_fuzz.cpp"  // NOLINT(bugprone-suspicious-include)

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::string nested(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += R"({"a":)";
  return text + "1" + std::string(static_cast<std::size_t>(levels), '}');
}

std::vector<std::string> poison() {
  const auto store = [](const std::string& spec, const std::string& status) {
    return R"({"metadata":{"name":"demo","uid":"u","generation":1,"finalizers":["storefleet.dev/teardown"]},"spec":)" +
           spec + R"(,"status":)" + status + "}";
  };
  std::string many = R"({"engine":"tiny","values":{)";
  for (int i = 0; i < 10'000; ++i) many += (i == 0 ? "" : ",") + ("\"k" + std::to_string(i) + "\":1");
  return {
      store(R"({"engine":"tiny","values":)" + nested(60) + "}", "{}"),
      store(R"({"engine":"tiny","values":)" + nested(5000) + "}", "{}"),
      store(R"({"engine":"tiny","values":{"a":")" + std::string(1'000'000, 'x') + "\"}}", "{}"),
      store(many + "}}", "{}"),
      store(R"({"engine":"tiny","values":{"a":"ab","count":4,"ratio":0.5,"kind":null,"list":["x","y"],
                    "nested":{"on":true}}})",
            "{}"),
      store(R"({"engine":"tiny","values":{"a":"\ud800","count":1e90,"ratio":"1","kind":{},"list":[1,1,1,1],
                    "nested":{}}})",
            "{}"),
      store(R"({"engine":"tiny","plan":"none","engineVersion":"\u0007","title":"x"})", "{}"),
      store(R"({"engine":"tiny","title":"a\u0000b\u001b","values":{"a":"\u0000"}})", "{}"),
      store(R"({"engine":"tiny","title":"\ud800"})", "{}"),
      store(R"({"engine":"tiny"})",
            R"({"phase":"Ready","steps":[{"name":"hosts","state":"Done"},{"name":"route","state":"Done",
                    "finishedAt":"2026-11-24T11:15:00Z"},{"name":"hosts","state":"Failed"}],"readySeconds":-3,
                    "failure":{"code":"HostConflict","message":"\u0000"},"conditions":[{"type":"Ready"}]})"),
      "{\"metadata\":{\"name\":\"a\"}",
      "[]",
      ""};
}

void feed(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(StoreFuzz, HoldsForWhatHarmedOnceAndForMutationsOfIt) {
  unsigned state = 7;
  const auto random = [&state](std::size_t below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<std::size_t>(state >> 8U) % below;
  };
  for (const auto& text : poison()) {
    feed(text);
    if (text.empty() || text.size() > 4096) continue;
    for (int round = 0; round < 2000; ++round) {
      auto mutated = text;
      for (std::size_t i = 0; i <= random(3); ++i)
        mutated.at(random(mutated.size())) = static_cast<char>(random(256));
      feed(mutated);
    }
  }
}

}  // namespace
