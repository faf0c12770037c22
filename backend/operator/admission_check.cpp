#include "operator/admission_check.hpp"

#include <fmt/format.h>

#include "engines/objects.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using Verb = ForbiddenRequest::Verb;

constexpr std::string_view kNamespaces = "storefleet-namespaces";
constexpr std::string_view kBindings = "storefleet-rolebindings";
constexpr std::string_view kNobodysId = "0000000000";
constexpr int kTries = 20;
constexpr auto kBetweenTries = 500ms;

// The words of templates/policy: helm/test holds both against each other.
constexpr std::string_view kOnlyStoreNamespaces =
    "the controller may change and delete store namespaces only";
constexpr std::string_view kOnlyStoreNames = "the controller may create namespaces named store-<id> only";
constexpr std::string_view kIdInName =
    "the label storefleet.dev/store-id must equal the id in the name of the namespace";
constexpr std::string_view kRestricted =
    "a store namespace has Pod Security \"restricted\" to enforce, audit and warn";
constexpr std::string_view kOnlyInStores = "the controller may write RoleBindings in store namespaces only";
constexpr std::string_view kOnlyTheseRoles =
    "the controller may bind storefleet-operator to storefleet-store-operator and storefleet-api to "
    "storefleet-store-api, nothing else";
constexpr std::string_view kOneSubject =
    "a RoleBinding of the controller has one subject, the platform's service account of its role";

json::object namespace_with(std::string_view id, std::string_view security) {
  json::object labels;
  if (!id.empty()) labels[engines::kStoreIdLabel] = id;
  for (const auto* mode : {"enforce", "audit", "warn"})
    labels[fmt::format("pod-security.kubernetes.io/{}", mode)] = security;
  return {{"metadata", {{"labels", std::move(labels)}}}};
}

json::object binding_of(std::string_view role, std::string_view account, std::string_view ns) {
  return {{"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", role}}},
          {"subjects",
           json::array{json::object{{"kind", "ServiceAccount"}, {"name", account}, {"namespace", ns}}}}};
}

}  // namespace

std::vector<ForbiddenRequest> forbidden_requests(const std::string& platform_namespace,
                                                 const std::string& probe_namespace,
                                                 const std::string& store_namespace) {
  const auto nobodys = engines::namespace_of(kNobodysId);
  const auto& platform = platform_namespace;
  std::vector<ForbiddenRequest> requests = {
      {"create a namespace that is no store's",
       Verb::kApply,
       k8s::kNamespace,
       {.name = "storefleet-forbidden"},
       namespace_with(kNobodysId, "restricted"),
       kNamespaces,
       kOnlyStoreNames},
      {"create a store namespace without its id",
       Verb::kApply,
       k8s::kNamespace,
       {.name = nobodys},
       namespace_with("", "restricted"),
       kNamespaces,
       kIdInName},
      {"create a store namespace with privileged pods",
       Verb::kApply,
       k8s::kNamespace,
       {.name = nobodys},
       namespace_with(kNobodysId, "privileged"),
       kNamespaces,
       kRestricted},
      // The probe pod's namespace: were the dry run none, that would be the least loss.
      {"change a namespace that is no store's",
       Verb::kApply,
       k8s::kNamespace,
       {.name = probe_namespace},
       namespace_with(kNobodysId, "restricted"),
       kNamespaces,
       kOnlyStoreNamespaces},
      {"delete a namespace that is no store's",
       Verb::kDelete,
       k8s::kNamespace,
       {.name = probe_namespace},
       {},
       kNamespaces,
       kOnlyStoreNamespaces},
      {"bind a role outside of stores",
       Verb::kApply,
       k8s::kRoleBinding,
       {.ns = platform, .name = "storefleet-operator"},
       binding_of("storefleet-store-operator", "storefleet-controller", platform),
       kBindings,
       kOnlyInStores},
  };
  if (store_namespace.empty()) return requests;
  const auto& store = store_namespace;
  const std::vector<ForbiddenRequest> inside = {
      {"weaken a store's Pod Security",
       Verb::kApply,
       k8s::kNamespace,
       {.name = store},
       namespace_with(store.substr(std::string_view("store-").size()), "privileged"),
       kNamespaces,
       kRestricted},
      {"bind a role under another name",
       Verb::kApply,
       k8s::kRoleBinding,
       {.ns = store, .name = "storefleet-forbidden"},
       binding_of("storefleet-store-operator", "storefleet-controller", platform),
       kBindings,
       kOnlyTheseRoles},
      {"change whom a role is bound to",
       Verb::kApply,
       k8s::kRoleBinding,
       {.ns = store, .name = "storefleet-operator"},
       binding_of("storefleet-store-operator", "default", store),
       kBindings,
       kOneSubject},
  };
  requests.insert(requests.end(), inside.begin(), inside.end());
  return requests;
}

bool refused_by_policy(const Error& error, const ForbiddenRequest& request) {
  const auto by = fmt::format("ValidatingAdmissionPolicy '{}'", request.policy);
  const auto because = fmt::format("denied request: {}", request.message);
  return error.message.find(by) != std::string::npos && error.message.find(because) != std::string::npos;
}

Task<Result<std::string>> AdmissionCheck::some_store_namespace() {
  k8s::ListOptions options{.label_selector = std::string(engines::kStoreIdLabel), .limit = 1};
  const auto list = co_await client_.list(k8s::kNamespace, "", std::move(options));
  if (!list) co_return std::unexpected(list.error());
  const auto& items = array_at(*list, {"items"});
  if (items.empty() || k8s::has_deletion_timestamp(items.front())) co_return std::string();
  const std::string name(k8s::meta_name(items.front()));
  // Whoever labels a namespace by hand does not make it a store's.
  const bool real =
      name == engines::namespace_of(k8s::meta_label(items.front(), engines::kStoreIdLabel).value_or(""));
  co_return real ? name : std::string();
}

Task<Result<void>> AdmissionCheck::try_one(const ForbiddenRequest& request) {
  Result<json::value> granted = json::value();
  if (request.verb == Verb::kDelete) {
    granted = co_await client_.remove(request.resource, request.name, {.dry_run = k8s::DryRun::kYes});
  } else {
    granted = co_await client_.apply(request.resource, request.name, request.object,
                                     {.dry_run = k8s::DryRun::kYes});
  }
  if (granted)
    co_return fail(
        ErrorCode::kForbidden,
        fmt::format("The controller could {}: the platform chart's admission policy {} is missing or has "
                    "been changed. Install the chart again.",
                    request.what, request.policy),
        Reason::kPolicyMissing);
  if (refused_by_policy(granted.error(), request)) co_return Result<void>{};
  const auto about = fmt::format("checking that the controller cannot {}", request.what);
  co_return std::unexpected(granted.error().within(about));
}

Task<Result<AdmissionCheck::Outcome>> AdmissionCheck::run() {
  const auto store = co_await some_store_namespace();
  if (!store) co_return std::unexpected(store.error().within("checking the admission policies"));
  Outcome outcome{.refused = 0, .in_store = !store->empty()};
  const auto requests = forbidden_requests(platform_, probe_, *store);
  for (const auto& request : requests) {
    const auto tried = co_await try_one(request);
    if (!tried) co_return std::unexpected(tried.error());
    ++outcome.refused;
  }
  co_return outcome;
}

Task<Result<AdmissionCheck::Outcome>> AdmissionCheck::run_patiently() {
  auto outcome = co_await run();
  for (int tries = 1; tries < kTries && !outcome && outcome.error().reason == Reason::kPolicyMissing;
       ++tries) {
    const bool go_on = co_await sleep_for(kBetweenTries);
    if (!go_on) break;
    outcome = co_await run();
  }
  co_return outcome;
}

}  // namespace storefleet::store_operator
