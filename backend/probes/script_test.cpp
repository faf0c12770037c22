#include "probes/script.hpp"

#include <gtest/gtest.h>

namespace storefleet::probes {
namespace {

TEST(Substitute, PutsCapturedValuesIntoTextAndNumbersIntoJson) {
  const std::map<std::string, std::string> captured{{"id", "42"}, {"nonce", "a1"}};
  EXPECT_EQ(substitute(std::string("/cart?id={id}&n={nonce}&x={other}"), captured),
            "/cart?id=42&n=a1&x={other}");
  const auto body = *parse_json(R"({"id":"{id}","note":"n {nonce}","list":["{id}",1]})");
  EXPECT_EQ(json::serialize(substitute(body, captured)), R"({"id":42,"note":"n a1","list":[42,1]})");
}

TEST(Substitute, LooksOnceAndNotIntoWhatAStoreGave) {
  ScriptVariables captured{{"d", "end"}};
  for (const auto* name : {"a", "b", "c"})
    for (int i = 0; i < 1000; ++i) captured[name] += std::string("{") + static_cast<char>(name[0] + 1) + "}";
  EXPECT_EQ(substitute(std::string("/x/{a}"), captured), "/x/" + captured.at("a"))
      << "values that name each other do not multiply";
  const ScriptVariables known{{"id", "7"}};
  EXPECT_EQ(substitute(std::string("{{id}} {id {id} {"), known), "{7} {id 7 {");
  EXPECT_EQ(substitute(std::string("{id"), known), "{id");
}

TEST(Judge, ComparesAndCaptures) {
  const engines::ProbeStep step{
      .name = "catalogue",
      .expect_body = "name",
      .captures = {{.name = "id", .pointer = "/0/id"}, {.name = "nonce", .header = "Nonce"}}};
  std::map<std::string, std::string> captured;
  http::Response response{.status = 200, .headers = {{"nonce", "n1"}}, .body = R"([{"id":7,"name":"x"}])"};
  ASSERT_TRUE(judge(step, response, captured));
  EXPECT_EQ(captured.at("id"), "7");
  EXPECT_EQ(captured.at("nonce"), "n1");
  response.status = 500;
  EXPECT_NE(judge(step, response, captured).error().message.find("expected status 200"), std::string::npos);
  response.status = 200;
  response.body = R"([{"name":"x"}])";
  EXPECT_NE(judge(step, response, captured).error().message.find("/0/id"), std::string::npos);
  response.body = "nothing";
  EXPECT_NE(judge(step, response, captured).error().message.find("'name'"), std::string::npos);
}

TEST(Judge, CapturesTheWholeBodyAndSubstitutesWhatItExpects) {
  const engines::ProbeStep step{
      .name = "nonce", .expect_body = "{word}", .captures = {{.name = "nonce", .whole_body = true}}};
  ScriptVariables variables{{"word", "f00"}};
  const http::Response response{.status = 200, .headers = {}, .body = "af00d\n"};
  ASSERT_TRUE(judge(step, response, variables));
  EXPECT_EQ(variables.at("nonce"), "af00d");
  variables["word"] = "other";
  EXPECT_FALSE(judge(step, response, variables));
}

TEST(CookieJar, SendsBackWhatItGotUntilItIsTakenBack) {
  CookieJar jar;
  EXPECT_EQ(jar.header(), "");
  jar.take({{"Set-Cookie", "session=s1; Path=/; HttpOnly"}, {"Set-Cookie", "cart=c=1"}});
  EXPECT_EQ(jar.header(), "cart=c=1; session=s1");
  jar.take({{"Set-Cookie", "cart=; Max-Age=0"}});
  EXPECT_EQ(jar.header(), "session=s1");
}

TEST(Judge, ShowsAndTakesOnlyCleanBoundedText) {
  ScriptVariables variables;
  const engines::ProbeStep page{.name = "page"};
  const http::Response broken{
      .status = 500, .headers = {}, .body = std::string(159, 'a') + "\u00e9 and more"};
  const auto message = judge(page, broken, variables).error().message;
  EXPECT_TRUE(message.ends_with(std::string(159, 'a') + "\u2026")) << message;
  const engines::ProbeStep capture{.name = "nonce", .captures = {{.name = "nonce", .whole_body = true}}};
  const http::Response huge{.status = 200, .headers = {}, .body = std::string(100'000, 'a')};
  EXPECT_NE(judge(capture, huge, variables).error().message.find("longer than"), std::string::npos);
  EXPECT_FALSE(variables.contains("nonce"));
}

}  // namespace
}  // namespace storefleet::probes
