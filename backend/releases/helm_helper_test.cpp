#include "releases/helm_helper.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "releases/protocol.hpp"

namespace storefleet::releases {
namespace {

using namespace std::chrono_literals;

TEST(HelmProtocol, WritesOneLineARequest) {
  EXPECT_EQ(
      helm_protocol::request_line("7", "install", "store-a", {{"chart", "c"}}),
      "{\"chart\":\"c\",\"id\":\"7\",\"op\":\"install\",\"namespace\":\"store-a\",\"release\":\"store\"}\n");
}

TEST(HelmProtocol, ReadsReplies) {
  const auto good =
      helm_protocol::parse_reply(R"({"id":"1","ok":true,"release":{"revision":2,"status":"deployed"}})");
  ASSERT_TRUE(good && good->result);
  EXPECT_EQ(good->id, "1");
  const auto bad =
      helm_protocol::parse_reply(R"({"id":"1","ok":false,"error":{"code":"InvalidValues","message":"m"}})");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(helm_protocol::parse_reply("{"));
  EXPECT_FALSE(helm_protocol::parse_reply(R"({"ok":false})"));
}

/// A helper made of sh: answers every line with the same reply for the ids it counts itself.
HelmHelper::Options shell(const std::string& script) {
  return {.executable = "/bin/sh", .arguments = {"-c", script}, .deadline = 2s, .restart_delay = 10ms};
}

struct Outcome {
  std::vector<Result<void>> results;
};

Task<void> install_twice(HelmHelper* helper, TaskScope* scope, Outcome* outcome) {
  co_await sleep_for(50ms);
  for (int i = 0; i < 2; ++i) {
    json::object values;
    auto result = co_await helper->install(
        {.store_namespace = "store-a", .chart = "chart", .values = values, .digest = "d1"});
    outcome->results.push_back(std::move(result));
    co_await sleep_for(100ms);
  }
  scope->cancel();
  co_await scope->join();
}

Outcome run_with(const std::string& script) {
  asio::io_context context;
  HelmHelper helper(context.get_executor(), shell(script));
  TaskScope scope(context.get_executor());
  Outcome outcome;
  scope.spawn("helper", helper.run());
  asio::co_spawn(context, install_twice(&helper, &scope, &outcome), asio::detached);
  context.run();
  return outcome;
}

TEST(HelmHelper, AnswersCalls) {
  const auto outcome = run_with(
      R"(read -r line; echo '{"id":"1","ok":true}'; )"
      R"(read -r line; echo '{"id":"2","ok":false,"error":{"code":"Conflict","message":"the second"}}'; read -r line)");
  ASSERT_EQ(outcome.results.size(), 2U);
  EXPECT_TRUE(outcome.results[0]) << outcome.results[0].error().message;
  ASSERT_FALSE(outcome.results[1]);
  EXPECT_EQ(outcome.results[1].error().message, "the second");
}

TEST(HelmHelper, StartsAgainAfterACrashAndFailsWhatWasUnderWay) {
  // Dies at its first request, wherever it is; a second process answers id 2.
  const auto outcome = run_with(
      R"(read -r line; case "$line" in *'"id":"1"'*) exit 1;; esac; echo '{"id":"2","ok":true}'; read -r line)");
  ASSERT_EQ(outcome.results.size(), 2U);
  ASSERT_FALSE(outcome.results[0]);
  EXPECT_EQ(outcome.results[0].error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(outcome.results[1]) << outcome.results[1].error().message;
}

TEST(HelmProtocol, ALeaseLineSaysUntilWhenAndHowLong) {
  EXPECT_EQ(helm_protocol::lease_line(BootClock::time_point(1234ns), 5s),
            "{\"op\":\"lease\",\"until\":1234,\"longestMs\":5000}\n");
}

/// Runs a helper for a moment, then ends it; how long that took, and how often the loop was free meanwhile.
struct Ending {
  std::chrono::steady_clock::duration took{};
  int ticks = 0;
};

Task<void> tick(Ending* ending) {
  bool go_on = true;
  while (go_on) {
    ++ending->ticks;
    go_on = co_await sleep_for(10ms);
  }
}

Task<void> end_soon(TaskScope* helper, TaskScope* ticks, Ending* ending) {
  co_await sleep_for(200ms);
  const auto start = std::chrono::steady_clock::now();
  ending->ticks = 0;
  helper->cancel();
  co_await helper->join();
  ending->took = std::chrono::steady_clock::now() - start;
  ticks->cancel();
  co_await ticks->join();
}

Ending end_of(const std::string& script) {
  asio::io_context context;
  auto options = shell(script);
  options.patience = 300ms;
  HelmHelper helper(context.get_executor(), std::move(options));
  TaskScope scope(context.get_executor());
  TaskScope ticks(context.get_executor());
  Ending ending;
  scope.spawn("helper", helper.run());
  ticks.spawn("tick", tick(&ending));
  asio::co_spawn(context, end_soon(&scope, &ticks, &ending), asio::detached);
  context.run();
  return ending;
}

TEST(HelmHelper, AHelperThatDoesNotEndIsKilledAndTheLoopGoesOn) {
  const auto ending = end_of("trap '' TERM HUP; while true; do sleep 0.05; done");
  EXPECT_GE(ending.took, 300ms);
  EXPECT_LT(ending.took, 2s);
  EXPECT_GT(ending.ticks, 5) << "the loop was blocked, and with it the lease";
}

TEST(HelmHelper, AHelperThatEndsWithItsInputIsNotWaitedForLonger) {
  EXPECT_LT(end_of("while read -r line; do :; done").took, 250ms);
}

TEST(HelmHelper, TellsItsProcessUntilWhenItMayWriteAlsoAfterARestart) {
  asio::io_context context;
  // Ends after each line that it gets, which it keeps.
  char folder[] = "/tmp/helm-helper-test-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const auto kept = std::string(folder) + "/lines";
  HelmHelper helper(context.get_executor(), shell("read -r line; echo \"$line\" >> " + kept));
  TaskScope scope(context.get_executor());
  helper.lend(BootClock::time_point(7ns), 5s);
  scope.spawn("helper", helper.run());
  context.run_for(300ms);
  scope.cancel();
  asio::co_spawn(context, scope.join(), asio::detached);
  context.restart();
  context.run();
  std::ifstream file(kept);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::filesystem::remove_all(folder);
  ASSERT_GE(lines.size(), 2U);
  for (const auto& line : lines) EXPECT_EQ(line, R"({"op":"lease","until":7,"longestMs":5000})");
}

}  // namespace
}  // namespace storefleet::releases
