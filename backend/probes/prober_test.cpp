#include "probes/prober.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "http/testing.hpp"

namespace storefleet::probes {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kPiece = std::size_t{256} * 1024;

/// Writes for as long as the other side reads; counts what was written.
Task<void> write_for_ever(http::ResponseStream& stream, std::size_t* written) {
  while (stream.open()) {
    std::string piece(kPiece, 'x');
    co_await stream.write(std::move(piece));
    *written += kPiece;
    if (*written > std::size_t{60} * 1024 * 1024) co_return;
  }
}

class ProberTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.listen());
    auto prober = Prober::create(context_.get_executor(), fmt::format("127.0.0.1:{}", server_.port()));
    ASSERT_TRUE(prober);
    prober_ = *std::move(prober);
  }
  void TearDown() override { testing::run(context_, server_.stop(std::chrono::milliseconds(50))); }

  Task<http::Response> answer(http::Request request) {
    http::Response response;
    response.status = request.target == "/broken" ? 500 : 200;
    response.stream = [this](http::ResponseStream& stream) { return write_for_ever(stream, &written_); };
    co_return response;
  }

  static Task<void> visit(Prober& prober, Result<void>* result) {
    *result = co_await prober.check_route("http://demo.test/");
  }
  static Task<void> check(Prober& prober, std::vector<engines::ProbeStep> steps, CheckReport* report) {
    *report = co_await prober.run("http://demo.test/", std::move(steps), {}, {});
  }

  asio::io_context context_{1};
  std::size_t written_ = 0;
  http::Server server_{context_.get_executor(), {.address = "127.0.0.1"}, [this](http::Request request) {
                         return answer(std::move(request));
                       }};
  std::unique_ptr<Prober> prober_;
};

TEST_F(ProberTest, ReadsNoMoreOfAPageThanItNeeds) {
  Result<void> result;
  testing::run(context_, visit(*prober_, &result));
  EXPECT_TRUE(result) << result.error().message << ": a large page is no failure";
  EXPECT_LT(written_, std::size_t{16} * 1024 * 1024) << "the rest of 60 MB stayed where it was";
}

TEST_F(ProberTest, ShowsTheBeginningOfWhatItDidNotExpect) {
  CheckReport report;
  testing::run(context_, check(*prober_, {{.name = "page", .path = "/broken"}}, &report));
  ASSERT_NE(report.first_failure(), nullptr);
  EXPECT_THAT(report.first_failure()->message.str(), HasSubstr("expected status 200"));
  EXPECT_LT(report.first_failure()->message.size(), 500U);
}

}  // namespace
}  // namespace storefleet::probes
