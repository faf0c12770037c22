#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

namespace storefleet::inline base {
namespace {

using namespace std::chrono_literals;

TEST(Time, FormatsAndParsesRfc3339) {
  const auto time = parse_time("2026-11-24T11:15:00.123Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_time(*time), "2026-11-24T11:15:00.123Z");
  EXPECT_EQ(parse_time("2026-11-24T12:15:00.123+01:00"), time);
  EXPECT_EQ(format_time(*parse_time("2026-11-24T11:15:00Z")), "2026-11-24T11:15:00.000Z");
  EXPECT_FALSE(parse_time("9999-12-31T23:59:59Z")) << "more nanoseconds than the clock can count";
  EXPECT_EQ(format_time(*parse_time("2000-01-01T09:08:07.006Z")), "2000-01-01T09:08:07.006Z");
  EXPECT_EQ(format_time(TimePoint{} - std::chrono::milliseconds(1)), "1969-12-31T23:59:59.999Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const auto* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-11-24 11:15:00Z", "2026-11-24T11:15:00",
                           "2026-11-24T11:15:00.Z", "2026-11-24T11:15:00+1:00", "2026-02-30T00:00:00Z"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Json, SaysWhereItIsWrong) {
  EXPECT_TRUE(parse_json(R"({"a":[1,2]} )"));
  EXPECT_FALSE(parse_json(R"({"a":1} x)"));
  EXPECT_FALSE(parse_json(R"({"a":)"));
  EXPECT_FALSE(parse_json(std::string(100, '[')));
  EXPECT_EQ(parse_json("{").error().code, ErrorCode::kInvalidArgument);
}

TEST(Json, ReadsYamlByTheCoreSchema) {
  const auto value = parse_yaml("a: 1\nb: '1'\nc: [true, null, 1.5, x]\nd: {e: 0x}\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(json::serialize(*value), R"({"a":1,"b":"1","c":[true,null,1.5E0,"x"],"d":{"e":"0x"}})");
  EXPECT_FALSE(parse_yaml("a: [1"));
}

TEST(Json, LooksUpAlongKeys) {
  const auto value = *parse_json(R"({"a":{"b":"x","n":3,"t":true}})");
  EXPECT_EQ(string_or(value, {"a", "b"}), "x");
  EXPECT_EQ(string_or(value, {"a", "n"}, "no"), "no");
  EXPECT_EQ(int_or(value, {"a", "n"}, 0), 3);
  EXPECT_TRUE(bool_or(value, {"a", "t"}, false));
  EXPECT_TRUE(object_at(value, {"x"}).empty());
}

TEST(Base64, DecodesAndRefuses) {
  EXPECT_EQ(decode_base64("aGVsbG8="), "hello");
  EXPECT_EQ(decode_base64("aGVs\nbG8h"), "hello!");
  EXPECT_EQ(decode_base64("aA=="), "h");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_FALSE(decode_base64("aGVsbG8"));
  EXPECT_FALSE(decode_base64("a*=="));
  EXPECT_EQ(encode_base64("hello"), "aGVsbG8=");
  EXPECT_EQ(encode_base64("h\xff"), "aP8=");
  EXPECT_EQ(encode_base64(""), "");
}

TEST(Base64, UrlsHaveOneTextForTheSameBytes) {
  EXPECT_EQ(encode_base64url(""), "");
  EXPECT_EQ(encode_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(encode_base64url("hello"), "aGVsbG8");
  EXPECT_EQ(decode_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(decode_base64url(""), "");
  for (const auto* text : {"-_8=", "+/8", "-_9", "-", "aGVs\nbG8h", "a b", "aGVsbG8=", "===="})
    EXPECT_FALSE(decode_base64url(text)) << text;
}

TEST(Random, DrawsFromTheAlphabet) {
  const auto id = random_base32(10);
  EXPECT_EQ(id.size(), 10U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos);
  EXPECT_NE(random_password(32), random_password(32));
}

Task<void> sleep_long(bool* completed) {
  *completed = co_await sleep_for(1h);
}

Task<void> cancel_and_join(TaskScope* scope) {
  co_await sleep_for(1ms);
  scope->cancel();
  co_await scope->join();
}

TEST(TaskScope, CancelsAndJoins) {
  asio::io_context context;
  TaskScope scope(context.get_executor());
  bool completed = true;
  scope.spawn("sleeper", sleep_long(&completed));
  scope.spawn("sleeper", sleep_long(&completed));
  asio::co_spawn(context, cancel_and_join(&scope), asio::detached);
  context.run();
  EXPECT_FALSE(completed);
  EXPECT_EQ(scope.running(), 0U);
}

int answer() {
  return 42;
}
Task<void> block(asio::thread_pool* pool, int* result) {
  *result = co_await run_blocking(*pool, answer);
}

TEST(RunBlocking, ReturnsTheResult) {
  asio::io_context context;
  asio::thread_pool pool(1);
  int result = 0;
  asio::co_spawn(context, block(&pool, &result), asio::detached);
  context.run();
  EXPECT_EQ(result, 42);
}

}  // namespace
}  // namespace storefleet::inline base
