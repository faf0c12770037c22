#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {
namespace {

class StoreInputTest : public ApiTest {};

TEST_F(StoreInputTest, ALongFieldNameIsCutOnACharacter) {
  std::string field;
  for (int i = 0; i < 60; ++i) field += "é";
  const auto response =
      post(R"({"name":"demo","engine":"woocommerce",")" + std::string("x") + field + R"(":1})");
  EXPECT_EQ(response.status, 400U);
  EXPECT_TRUE(count_characters(response.body)) << "an answer is always UTF-8";
  const auto query = get("/api/v1/stores?" + std::string(79, 'a') + "%C3%A9=1");
  EXPECT_EQ(query.status, 400U);
  EXPECT_TRUE(count_characters(query.body));
}

}  // namespace
}  // namespace storefleet::api
