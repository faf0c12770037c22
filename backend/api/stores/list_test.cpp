#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/dto.hpp"
#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

TEST_F(ApiTest, APageShowsEachStoreAsItIsNow) {
  auto& store = ready_store("demo");
  store.resource_version = "1";
  const auto shown = [this] { return array_at(body_of(get("/api/v1/stores")), {"items"}).at(0); };
  EXPECT_EQ(shown(), json::value(store_dto(store)));
  store.spec.title = "Another";
  store.resource_version = "2";
  EXPECT_EQ(shown(), json::value(store_dto(store)));
  store.uid = "its-successor";
  store.spec.title = "A third";
  EXPECT_EQ(shown(), json::value(store_dto(store)));
  EXPECT_EQ(shown(), body_of(get("/api/v1/stores/demo")));
}

TEST_F(ApiTest, AnEmptyListIsAPageToo) {
  EXPECT_EQ(get("/api/v1/stores").body, R"({"items":[],"total":0})");
}

/// Prints how long a list of 100 out of 5,000 stores takes (design 9); asserts nothing about time.
TEST_F(ApiTest, MeasuresAListOf100OutOf5000) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < 5000; ++i) {
    auto& store = ready_store(fmt::format("store-{:04}", i));
    store.resource_version = std::to_string(i + 1);
    for (int step = 0; step < 10; ++step)
      store.status.steps.push_back({.name = static_cast<StepName>(step),
                                    .state = StepState::kDone,
                                    .started_at = store.created_at,
                                    .finished_at = store.created_at});
  }
  const http::Headers as_admin{{"Authorization", "Bearer the-token"}};
  const auto measure = [](const std::string& what, int rounds, const auto& work) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
      const auto started = Clock::now();
      work(i);
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
    }
    std::ranges::sort(times);
    fmt::print("{:<44} p50 {:.3f} ms, p99 {:.3f} ms ({} rounds)\n", what, times[times.size() / 2],
               times[times.size() * 99 / 100], rounds);
  };
  const auto list = [&](const std::string& target) {
    const auto response = handle(api_, {.target = target, .headers = as_admin});
    ASSERT_EQ(response.status, 200U);
    ASSERT_GT(response.body.size(), 50'000U);
  };
  measure("copies of all 5,000 (what a list cost before)", 50, [this](int) {
    std::vector<Store> copies;
    ASSERT_TRUE(stores_.visit([&](const Store& store) { copies.push_back(store); }));
    ASSERT_EQ(copies.size(), 5000U);
  });
  measure("first page of 100", 500, [&](int) { list("/api/v1/stores?pageSize=100"); });
  std::vector<std::string> pages;
  for (std::string token; pages.size() < 50;) {
    pages.push_back("/api/v1/stores?pageSize=100" + (token.empty() ? "" : "&pageToken=" + token));
    token =
        string_or(body_of(handle(api_, {.target = pages.back(), .headers = as_admin})), {"nextPageToken"});
    if (token.empty()) break;
  }
  ASSERT_EQ(pages.size(), 50U);
  measure("each of the 50 pages", 500, [&](int i) { list(pages.at(static_cast<std::size_t>(i) % 50)); });
  measure("a search that finds few", 200, [&](int) {
    const auto response = handle(api_, {.target = "/api/v1/stores?q=store-499", .headers = as_admin});
    ASSERT_EQ(response.status, 200U);
  });
  measure("first page where all have just changed", 200, [&](int i) {
    for (auto& [name, store] : stores_.stores) store.resource_version = fmt::format("{}-{}", i, name);
    list("/api/v1/stores?pageSize=100");
  });
}

}  // namespace
}  // namespace storefleet::api
