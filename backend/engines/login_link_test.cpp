#include "engines/login_link.hpp"

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

// The signature is that of: printf 1764000000.aa | openssl dgst -sha256 -hmac key
TEST(LoginToken, IsSignedWithHmacSha256) {
  EXPECT_EQ(login_token("key", TimePoint(std::chrono::seconds(1764000000)), "aa"),
            "1764000000.aa.642ccb198705ab59159532dc691d493ea69d6237c75af0508a53297d1a558c35");
}

}  // namespace
}  // namespace storefleet::engines
