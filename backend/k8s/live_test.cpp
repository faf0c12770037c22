// Against a real API server: set STOREFLEET_TEST_KUBECONFIG to the path of a kubeconfig that may do anything.
#include <cstdlib>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/random.hpp"
#include "k8s/testing.hpp"

namespace storefleet::k8s {
namespace {

using ::testing::Contains;

class LiveTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    const char* path = std::getenv("STOREFLEET_TEST_KUBECONFIG");  // NOLINT(concurrency-mt-unsafe)
    if (path == nullptr) GTEST_SKIP() << "STOREFLEET_TEST_KUBECONFIG is not set";
    const auto config = load_kubeconfig(path);
    ASSERT_TRUE(config) << config.error().message;
    client_ = *Client::create(context_.get_executor(), *config);
    ns_ = "test-" + random_base32(8);
    const auto created =
        get(client_->create(kNamespace, "", json::object{{"metadata", json::object{{"name", ns_}}}}));
    ASSERT_TRUE(created) << created.error().message;
  }

  void TearDown() override {
    if (!ns_.empty()) EXPECT_TRUE(get(client_->remove(kNamespace, {"", ns_})));
    ApiTest::TearDown();
  }

  static json::value config_map(std::string_view value) {
    return json::object{{"metadata", json::object{{"labels", json::object{{"test", "yes"}}}}},
                        {"data", json::object{{"key", value}}}};
  }

  std::string ns_;
};

TEST_F(LiveTest, CreatesReadsChangesAndDeletes) {
  const ObjectName name{ns_, "one"};
  auto object = config_map("1");
  object.get_object()["metadata"].get_object()["name"] = "one";
  ASSERT_TRUE(get(client_->create(kConfigMap, ns_, object)));
  EXPECT_EQ(get(client_->create(kConfigMap, ns_, object)).error().code, ErrorCode::kAlreadyExists);
  auto read = get(client_->get(kConfigMap, name));
  ASSERT_TRUE(read);
  const auto patched = get(client_->merge_patch(kConfigMap, name, *parse_json(R"({"data":{"more":"2"}})")));
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_EQ(string_or(*patched, {"data", "more"}), "2");
  EXPECT_EQ(get(client_->replace(kConfigMap, name, *read)).error().code, ErrorCode::kConflict);
  const auto tested = get(client_->json_patch(
      kConfigMap, name, *parse_json(R"([{"op":"test","path":"/data/more","value":"3"}])")));
  EXPECT_EQ(tested.error().code, ErrorCode::kInvalidArgument);
  DeleteOptions stale;
  stale.uid = "11111111-1111-1111-1111-111111111111";
  EXPECT_EQ(get(client_->remove(kConfigMap, name, stale)).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(get(client_->remove(kConfigMap, name)));
  EXPECT_EQ(get(client_->get(kConfigMap, name)).error().code, ErrorCode::kNotFound);
}

TEST_F(LiveTest, AppliesAndTellsConflictsOfOwnership) {
  const ObjectName name{ns_, "applied"};
  ASSERT_TRUE(get(client_->apply(kConfigMap, name, config_map("1"))));
  ApplyOptions other;
  other.field_manager = "other";
  other.force = false;
  const auto conflict = get(client_->apply(kConfigMap, name, config_map("2"), other));
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().code, ErrorCode::kConflict);
  other.force = true;
  other.dry_run = DryRun::kYes;
  ASSERT_TRUE(get(client_->apply(kConfigMap, name, config_map("2"), other)));
  EXPECT_EQ(string_or(*get(client_->get(kConfigMap, name)), {"data", "key"}), "1");
}

TEST_F(LiveTest, ListsInPages) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(get(client_->apply(kConfigMap, {ns_, fmt::format("m{}", i)}, config_map("x"))));
  ListOptions options;
  options.label_selector = "test=yes";
  options.limit = 2;
  std::size_t count = 0;
  do {
    const auto page = get(client_->list(kConfigMap, ns_, options));
    ASSERT_TRUE(page) << page.error().message;
    count += array_at(*page, {"items"}).size();
    options.continue_token = string_or(*page, {"metadata", "continue"});
  } while (!options.continue_token.empty());
  EXPECT_EQ(count, 5U);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(client_->remove(kConfigMap, {ns_, fmt::format("m{}", i)})));
  EXPECT_TRUE(
      array_at(*get(client_->list(kConfigMap, ns_, {.label_selector = "test=yes"})), {"items"}).empty());
}

TEST_F(LiveTest, WatchesFromAPosition) {
  const auto list = get(client_->list(kConfigMap, ns_));
  ASSERT_TRUE(list);
  ASSERT_TRUE(get(client_->apply(kConfigMap, {ns_, "w"}, config_map("1"))));
  ASSERT_TRUE(get(client_->remove(kConfigMap, {ns_, "w"})));
  WatchOptions options;
  options.resource_version = string_or(*list, {"metadata", "resourceVersion"});
  options.timeout = std::chrono::seconds(1);
  std::vector<std::string> events;
  const auto take = [&](const WatchEvent& event) {
    events.push_back(fmt::format("{} {}", static_cast<int>(event.type), meta_name(event.object)));
  };
  const auto ended = get(client_->watch(kConfigMap, ns_, options, take));
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_THAT(events, Contains("0 w"));
  EXPECT_THAT(events, Contains("2 w"));
}

}  // namespace
}  // namespace storefleet::k8s
