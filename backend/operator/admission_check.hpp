#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "k8s/client.hpp"

namespace storefleet::store_operator {

/// One request that the chart's admission policies must refuse to the controller, made as a dry run.
struct ForbiddenRequest {
  enum class Verb { kApply, kDelete };
  std::string_view what;  // in words
  Verb verb = Verb::kApply;
  k8s::Resource resource;
  k8s::ObjectName name;
  json::object object;       // what is applied
  std::string_view policy;   // that must refuse it
  std::string_view message;  // of the very rule
};

/// Requests that break one rule each of helm/storefleet/templates/policy. `store_namespace` is some store's
/// namespace, for the rules that count inside one; empty: there is none, and those are left out.
std::vector<ForbiddenRequest> forbidden_requests(const std::string& platform_namespace,
                                                 const std::string& probe_namespace,
                                                 const std::string& store_namespace);

/// Whether this refusal is the policy's own words. Any other, of the authorizer or a webhook, proves nothing.
bool refused_by_policy(const Error& error, const ForbiddenRequest& request);

/// The controller may create RoleBindings and namespaces; only the admission policies keep it inside stores'
/// namespaces. Without them, or with ones that do not work, it must not run.
class AdmissionCheck {
 public:
  struct Outcome {
    int refused = 0;        // requests that the policies refused as they must
    bool in_store = false;  // those that count inside a store's namespace among them
  };

  AdmissionCheck(k8s::Client& client, std::string platform_namespace, std::string probe_namespace)
      : client_(client), platform_(std::move(platform_namespace)), probe_(std::move(probe_namespace)) {}

  /// Forbidden (Reason::kPolicyMissing) where one request would have been granted; any other error means that
  /// nothing was proved.
  Task<Result<Outcome>> run();
  /// The same, once more for some seconds where a request would have been granted: policies that were just
  /// installed take a moment to count.
  Task<Result<Outcome>> run_patiently();

 private:
  Task<Result<void>> try_one(const ForbiddenRequest& request);
  Task<Result<std::string>> some_store_namespace();

  k8s::Client& client_;
  std::string platform_;
  std::string probe_;
};

}  // namespace storefleet::store_operator
