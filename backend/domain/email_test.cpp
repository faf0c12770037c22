#include "domain/email.hpp"

#include <gtest/gtest.h>

namespace storefleet::inline domain {
namespace {

TEST(Email, Addresses) {
  for (const auto* good : {"a@b.c", "first.last+tag@Example.com"})
    EXPECT_TRUE(is_email_address(good)) << good;
  for (const auto* bad :
       {"", "a", "@b.c", "a@", "a@b", "a b@c.d", ".a@b.c", "a..b@c.d", "\"a\"@b.c", "a@b.c\n"})
    EXPECT_FALSE(is_email_address(bad)) << bad;
}

}  // namespace
}  // namespace storefleet::inline domain
