#include "api/platform/health.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using ::testing::HasSubstr;

struct Database {
  int asked = 0;
  Result<void> answer;
  Task<Result<void>> ping() {
    ++asked;
    co_return answer;
  }
};

TEST(HealthTest, AQuestionIsAnsweredFromTheLastLook) {
  asio::io_context context;
  Health health("1");
  Database database;
  health.add(Health::Inquiry{"database", [&] { return database.ping(); }});
  EXPECT_EQ(health.readyz({}).status, 503U) << "not asked yet";
  testing::run(context, health.inquire());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(health.readyz({}).status, 200U);
  EXPECT_EQ(database.asked, 1) << "a flood of questions is none for the database";
  database.answer = fail(ErrorCode::kUnavailable, "The database does not answer.");
  testing::run(context, health.inquire());
  EXPECT_EQ(health.readyz({}).status, 503U);
  EXPECT_THAT(health.readyz({}).body, HasSubstr("does not answer"));
  EXPECT_EQ(health.readyz({"database"}).status, 200U);
}

TEST(HealthTest, WatchingAsksAgainUntilItIsCancelled) {
  asio::io_context context;
  Health health("1");
  Database database;
  health.add(Health::Inquiry{"database", [&] { return database.ping(); }});
  TaskScope scope(context.get_executor());
  scope.spawn("watch", health.watch(std::chrono::milliseconds(5)));
  context.run_for(std::chrono::milliseconds(60));
  EXPECT_GE(database.asked, 2);
  scope.cancel();
  testing::run(context, scope.join());
  EXPECT_EQ(health.readyz({}).status, 200U);
}

}  // namespace
}  // namespace storefleet::api
