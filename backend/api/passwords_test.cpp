#include "api/passwords.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "http/testing.hpp"

namespace storefleet::api {
namespace {

struct Outcome {
  int answered = 0;
  int refused = 0;
};

Task<void> try_one(Passwords& passwords, std::string caller, Outcome& outcome) {
  const auto fits = co_await passwords.fits("no password", "", std::move(caller));
  if (fits) ++outcome.answered;
  if (!fits && fits.error().code == ErrorCode::kTooManyRequests) ++outcome.refused;
}

TEST(PasswordsTest, OneAddressCannotFillTheQueue) {
  asio::io_context context;
  Passwords passwords({.total = 4, .each = 2});
  Outcome flood;
  Outcome other;
  TaskScope scope(context.get_executor());
  for (int i = 0; i < 20; ++i) scope.spawn("flood", try_one(passwords, "198.51.100.1", flood));
  scope.spawn("other", try_one(passwords, "198.51.100.2", other));
  testing::run(context, scope.join());
  EXPECT_EQ(flood.answered, 2);
  EXPECT_EQ(flood.refused, 18);
  EXPECT_EQ(other.answered, 1);
  EXPECT_EQ(passwords.queue().used(), 0U);
}

}  // namespace
}  // namespace storefleet::api
