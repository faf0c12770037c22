#include "operator/admission_check.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::HasSubstr;

constexpr auto kPlatform = "storefleet-system";
constexpr auto kProbe = "storefleet-probe";
constexpr auto kStore = "store-0123456789";

std::string status_of(unsigned code, const std::string& reason, const std::string& message) {
  return json::serialize(
      json::object{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}});
}

/// As the API server words it (k8s.io/apiserver, plugin/policy/validating).
std::string denial(const ForbiddenRequest& request) {
  return fmt::format(
      "{} \"{}\" is forbidden: ValidatingAdmissionPolicy '{}' with binding '{}' denied request: {}",
      request.resource.plural, request.name.name, request.policy, request.policy, request.message);
}

class AdmissionCheckTest : public k8s::testing::ApiTest {
 protected:
  void namespaces(const std::string& items) {
    api_->expect("GET", "/api/v1/namespaces?", {.body = R"({"items":[)" + items + "]}"});
  }

  void expect(const ForbiddenRequest& request, unsigned status, const std::string& body) {
    const bool deletes = request.verb == ForbiddenRequest::Verb::kDelete;
    api_->expect(deletes ? "DELETE" : "PATCH", k8s::object_path(request.resource, request.name),
                 {.status = status, .body = body});
  }

  AdmissionCheck check() { return {*client_, kPlatform, kProbe}; }
};

TEST_F(AdmissionCheckTest, EveryRuleIsTriedAsADryRun) {
  namespaces(fmt::format(
      R"({{"metadata":{{"name":"{}","labels":{{"storefleet.dev/store-id":"0123456789"}}}}}})", kStore));
  const auto requests = forbidden_requests(kPlatform, kProbe, kStore);
  for (const auto& request : requests) expect(request, 422, status_of(422, "Invalid", denial(request)));
  auto checked = check();
  const auto outcome = get(checked.run());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->refused, 9);
  EXPECT_TRUE(outcome->in_store);
  EXPECT_TRUE(api_->exhausted());
  for (std::size_t i = 1; i < api_->requests.size(); ++i) {
    const auto& sent = api_->requests[i];
    const bool in_target = sent.target.find("dryRun=All") != std::string::npos;
    const bool in_body = sent.body.find(R"("dryRun":["All"])") != std::string::npos;
    EXPECT_TRUE(in_target || in_body) << sent.method << " " << sent.target << " " << sent.body;
  }
}

TEST_F(AdmissionCheckTest, WithoutAStoreTheRestIsTried) {
  namespaces("");
  const auto requests = forbidden_requests(kPlatform, kProbe, "");
  for (const auto& request : requests) expect(request, 422, status_of(422, "Invalid", denial(request)));
  auto checked = check();
  const auto outcome = get(checked.run());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->refused, 6);
  EXPECT_FALSE(outcome->in_store);
}

TEST_F(AdmissionCheckTest, OneRequestThatIsGrantedIsTheEnd) {
  const auto requests = forbidden_requests(kPlatform, kProbe, "");
  for (std::size_t granted = 0; granted < requests.size(); ++granted) {
    namespaces("");
    for (std::size_t i = 0; i < granted; ++i)
      expect(requests[i], 422, status_of(422, "Invalid", denial(requests[i])));
    expect(requests[granted], 200, "{}");
    auto checked = check();
    const auto outcome = get(checked.run());
    ASSERT_FALSE(outcome) << requests[granted].what;
    EXPECT_EQ(outcome.error().reason, Reason::kPolicyMissing);
    EXPECT_THAT(outcome.error().message, HasSubstr(std::string(requests[granted].what)));
  }
}

TEST_F(AdmissionCheckTest, AnotherRefusalProvesNothing) {
  const auto request = forbidden_requests(kPlatform, kProbe, "").front();
  const std::vector<std::pair<unsigned, std::string>> others = {
      {403, "namespaces is forbidden: User \"x\" cannot create resource \"namespaces\" at the cluster scope"},
      {403, "admission webhook \"policy.example.com\" denied the request: no"},
      {422, "Namespace \"storefleet-forbidden\" is invalid: metadata.name: Invalid value"},
      {422,
       "namespaces \"x\" is forbidden: ValidatingAdmissionPolicy 'of-somebody-else' with binding 'y' denied "
       "request: " +
           std::string(request.message)},
      {422,
       "namespaces \"x\" is forbidden: ValidatingAdmissionPolicy 'storefleet-namespaces' with binding "
       "'storefleet-namespaces' denied request: another rule"},
      {500, "the server is in trouble"},
  };
  for (const auto& [status, message] : others) {
    namespaces("");
    expect(request, status, status_of(status, status == 403 ? "Forbidden" : "Invalid", message));
    auto checked = check();
    const auto outcome = get(checked.run());
    ASSERT_FALSE(outcome) << message;
    EXPECT_NE(outcome.error().reason, Reason::kPolicyMissing) << message;
  }
}

}  // namespace
}  // namespace storefleet::store_operator
