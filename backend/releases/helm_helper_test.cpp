#include "releases/helm_helper.hpp"

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
    auto result = co_await helper->install("store-a", "chart", values);
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

}  // namespace
}  // namespace storefleet::releases
