#include "operator/actions/actor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "operator/actions/site_endpoint.hpp"
#include "operator/decisions/diagnose.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

constexpr int kEvidenceLines = 10;
constexpr int kEvidenceBytes = 4096;

k8s::Resource resource_of(std::string_view kind) {
  for (const auto& resource :
       {k8s::kResourceQuota, k8s::kLimitRange, k8s::kNetworkPolicy, k8s::kIngress, k8s::kRoleBinding})
    if (resource.kind == kind) return resource;
  return k8s::kConfigMap;
}

/// Ok where the object was there already: somebody, perhaps this process before a crash, made it.
Result<void> created(const Result<json::value>& result) {
  if (result || result.error().code == ErrorCode::kAlreadyExists) return {};
  return std::unexpected(result.error());
}

/// The engine's probe, without what needs sample products where the store has none.
std::vector<engines::ProbeStep> probe_of(const Observed& observed) {
  std::vector<engines::ProbeStep> steps;
  for (const auto& step : observed.engine.probe)
    if (observed.store.spec.sample_data || !step.needs_sample_data) steps.push_back(step);
  return steps;
}

/// The text of one key of a Secret.
Result<std::string> text_of(const json::value& secret, std::string_view key) {
  const auto text = string_at(secret, {"data", key});
  if (!text)
    return fail(ErrorCode::kNotFound, fmt::format("Secret {} has no key {}", k8s::meta_name(secret), key));
  auto decoded = decode_base64(*text);
  if (!decoded)
    return fail(ErrorCode::kInternal,
                fmt::format("key {} of Secret {} is not base64", key, k8s::meta_name(secret)));
  return *std::move(decoded);
}

Result<void> without_value(const Result<json::value>& result) {
  if (result) return {};
  return std::unexpected(result.error());
}

}  // namespace

Actor::Actor(k8s::Client& client, releases::Releases& releases, probes::Prober& prober, History& history,
             QuotaLedger& ledger, const engines::PlatformSettings& settings, std::int64_t epoch)
    : client_(client),
      releases_(releases),
      prober_(prober),
      history_(history),
      ledger_(ledger),
      settings_(settings),
      epoch_(epoch) {}

Task<Result<void>> Actor::act(ActionKind kind, Observed observed, StoreMemory& memory) {
  const auto ns = observed.identity.store_namespace;
  switch (kind) {
    case ActionKind::kAddFinalizer:
      co_return co_await add_finalizer(observed);
    case ActionKind::kAdmit:
      co_return co_await admit(observed, memory);
    case ActionKind::kClaimHosts:
      co_return co_await claim_hosts(observed);
    case ActionKind::kCreateNamespace:
      co_return co_await create_namespace(observed);
    case ActionKind::kBind:
      co_return co_await apply_all(observed.desired.bindings, ns);
    case ActionKind::kApplyPolicies:
      co_return co_await apply_all(observed.desired.policies, ns);
    case ActionKind::kEnsureSecrets:
      co_return co_await ensure_secrets(observed, memory);
    case ActionKind::kInstallRelease:
      co_return co_await install_release(observed);
    case ActionKind::kRepairRelease: {
      const auto repaired = co_await releases_.repair(ns, observed.engine.chart, observed.desired.values);
      if (!repaired) co_return std::unexpected(repaired.error());
      co_return Result<void>{};
    }
    case ActionKind::kReplacePods:
      co_return co_await replace_pods(observed);
    case ActionKind::kConfigureSite:
      co_return co_await configure_site(observed, memory);
    case ActionKind::kApplyIngress: {
      const std::vector<engines::DesiredObject> objects{observed.desired.ingress};
      co_return co_await apply_all(objects, ns);
    }
    case ActionKind::kProbeRoute: {
      auto answered = co_await prober_.check_route(observed.identity.url);
      if (answered) memory.route_answered_by = site_pod_uid(observed);
      co_return answered;
    }
    case ActionKind::kProbeCommerce: {
      const auto report = co_await prober_.run(observed.identity.url, probe_of(observed), {}, {});
      const auto* failed = report.first_failure();
      memory.commerce_passed = failed == nullptr;
      if (failed != nullptr) co_return fail(ErrorCode::kUnavailable, failed->message);
      co_return Result<void>{};
    }
    case ActionKind::kReadLog:
      co_return co_await read_log(observed, memory);
    case ActionKind::kExpire:
      // Only where the store has not changed since it was observed: its time may have been moved.
      co_return co_await remove(k8s::kStore, {.name = observed.store.name}, observed.store.uid,
                                observed.store.resource_version);
    case ActionKind::kDeleteIngress:
      co_return co_await delete_ingresses(observed, memory);
    case ActionKind::kUninstallRelease:
      co_return co_await uninstall_release(observed, memory);
    case ActionKind::kDeleteVolumes:
      co_return co_await delete_volumes(observed, memory);
    case ActionKind::kDeleteNamespace:
      co_return co_await delete_namespace(observed, memory);
    case ActionKind::kVerifyGone:
      co_return co_await verify_gone(observed, memory);
    case ActionKind::kReleaseHosts:
      co_return co_await release_hosts(observed);
    case ActionKind::kSaveReceipt:
      co_return co_await save_receipt(observed, memory);
    case ActionKind::kReleaseQuota:
      co_return co_await release_quota(observed, memory);
    case ActionKind::kRemoveFinalizer:
      co_return co_await remove_finalizer(observed);
  }
  co_return fail(ErrorCode::kInternal, "unknown action");
}

Task<Result<void>> Actor::add_finalizer(const Observed& observed) {
  auto finalizers = observed.store.finalizers;
  finalizers.emplace_back(kFinalizer);
  co_return co_await set_finalizers(observed.store, std::move(finalizers));
}

Task<Result<void>> Actor::set_finalizers(const Store& store, std::vector<std::string> finalizers) {
  json::array list;
  for (const auto& entry : finalizers) list.push_back(json::string(entry));
  json::object patch{
      {"metadata", {{"resourceVersion", store.resource_version}, {"finalizers", std::move(list)}}}};
  const auto result = co_await client_.merge_patch(k8s::kStore, {.name = store.name}, std::move(patch));
  if (result || result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return std::unexpected(result.error());
}

std::string reservation_of(const Store& store) {
  const auto found = store.annotations.find(std::string(kReservationAnnotation));
  return found == store.annotations.end() ? std::string() : found->second;
}

Task<Result<void>> Actor::admit(const Observed& observed, StoreMemory& memory) {
  auto taken = co_await ledger_.admit(observed.claim, reservation_of(observed.store));
  if (!taken && goes_without_ledger(observed.claim.team, taken.error())) taken = Result<void>{};
  if (taken) memory.admitted = observed.claim;
  co_return taken;
}

Task<Result<void>> Actor::claim_hosts(const Observed& observed) {
  for (const auto& host : observed.hosts) {
    if (host.claim) continue;
    auto object = engines::host_claim_object(observed.store, observed.identity, host.host);
    const auto result = co_await client_.create(k8s::kHostClaim, "", std::move(object));
    // Who lost a race for the name sees the other's claim in the cache next time.
    const auto claimed = created(result);
    if (!claimed) co_return claimed;
  }
  co_return Result<void>{};
}

Task<Result<void>> Actor::create_namespace(const Observed& observed) {
  auto object = engines::namespace_object(observed.store, observed.identity);
  const auto result = co_await client_.create(k8s::kNamespace, "", std::move(object));
  co_return created(result);
}

Task<void> Actor::apply_one(k8s::Resource resource, k8s::ObjectName name, json::object object,
                            Result<void>* result) {
  const auto applied = co_await client_.apply(resource, std::move(name), std::move(object));
  *result = without_value(applied);
}

Task<Result<void>> Actor::apply_all(const std::vector<engines::DesiredObject>& objects, std::string ns) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<Result<void>> results(objects.size());
  TaskScope scope(executor);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    scope.spawn("apply", apply_one(resource_of(objects[i].kind), {.ns = ns, .name = objects[i].name},
                                   objects[i].object, &results[i]));
  }
  co_await scope.join();
  for (auto& result : results)
    if (!result) co_return result;
  co_return Result<void>{};
}

Task<Result<void>> Actor::ensure_secrets(const Observed& observed, StoreMemory& memory) {
  const auto& ns = observed.identity.store_namespace;
  auto secrets = engines::secrets_object(observed.identity, observed.engine);
  const auto first = co_await client_.create(k8s::kSecret, ns, std::move(secrets));
  if (const auto result = created(first); !result) co_return result;
  auto admin = engines::admin_secret_object(observed.identity, observed.engine);
  const auto second = co_await client_.create(k8s::kSecret, ns, std::move(admin));
  if (const auto result = created(second); !result) co_return result;
  memory.secrets_ensured = true;
  co_return Result<void>{};
}

Task<Result<void>> Actor::install_release(const Observed& observed) {
  const auto& ns = observed.identity.store_namespace;
  const auto installed = co_await releases_.install(ns, observed.engine.chart, observed.desired.values);
  if (!installed) co_return std::unexpected(installed.error());
  json::object patch{
      {"metadata", {{"annotations", {{engines::kReleaseAnnotation, observed.desired.release_hash}}}}}};
  const auto noted = co_await client_.merge_patch(k8s::kNamespace, {.name = ns}, std::move(patch));
  co_return without_value(noted);
}

Task<Result<std::string>> Actor::secret_text(std::string ns, std::string name, std::string key) {
  const auto secret = co_await client_.get(k8s::kSecret, {.ns = std::move(ns), .name = name});
  if (!secret) co_return std::unexpected(secret.error());
  co_return text_of(*secret, key);
}

/// The Secret says which wish its password answers: after a crash the same wish makes no second one.
Task<Result<std::string>> Actor::admin_password(const Observed& observed) {
  const k8s::ObjectName name{.ns = observed.identity.store_namespace, .name = std::string(kAdminSecretName)};
  const auto secret = co_await client_.get(k8s::kSecret, name);
  if (!secret) co_return std::unexpected(secret.error());
  const auto asked = asked_at(observed.store, StoreRequest::kResetAdminPassword);
  const auto annotation = annotation_of(StoreRequest::kResetAdminPassword);
  const auto heeded = k8s::meta_annotation(*secret, annotation).value_or("");
  if (asked.empty() || asked == heeded) co_return text_of(*secret, "password");
  auto password = random_password(engines::kAdminPasswordLength);
  json::object patch{
      {"metadata",
       {{"resourceVersion", k8s::meta_resource_version(*secret)}, {"annotations", {{annotation, asked}}}}},
      {"data", {{"password", encode_base64(password)}}}};
  const auto patched = co_await client_.merge_patch(k8s::kSecret, name, std::move(patch));
  if (!patched) co_return std::unexpected(patched.error());
  co_return password;
}

Task<Result<std::string>> Actor::current_address(std::string ns, PodView known) {
  const auto pod = co_await client_.get(k8s::kPod, {.ns = std::move(ns), .name = known.name});
  if (!pod) co_return std::unexpected(pod.error().within("the web pod"));
  co_return site_address(*pod, known.uid);
}

Task<Result<void>> Actor::configure_site(const Observed& observed, StoreMemory& memory) {
  const auto& ns = observed.identity.store_namespace;
  const auto* pod = site_pod(observed);
  if (pod == nullptr) co_return fail(ErrorCode::kUnavailable, "there is no web pod");
  const auto token = co_await secret_text(ns, std::string(engines::kSecretsName), "agentToken");
  if (!token) co_return std::unexpected(token.error());
  const auto password = co_await admin_password(observed);
  if (!password) co_return std::unexpected(password.error());
  json::object site = observed.desired.site;
  site["adminUser"] = observed.engine.admin_user;
  site["adminPassword"] = *password;
  // Last of all: by now the cache may name a pod that is gone, and its address may be another store's.
  const auto address = co_await current_address(ns, *pod);
  if (!address) co_return std::unexpected(address.error());
  SiteEndpoint endpoint{.pod_ip = *address,
                        .port = observed.engine.agent_port,
                        .path = observed.engine.site_path,
                        .token = *token};
  auto result = co_await put_site(std::move(endpoint), std::move(site));
  if (result) memory.site_applied = observed.desired.site_hash;
  co_return result;
}

Task<Result<void>> Actor::replace_pods(const Observed& observed) {
  for (const auto& pod : stuck_pods(observed)) {
    const auto result =
        co_await remove(k8s::kPod, {.ns = observed.identity.store_namespace, .name = pod.name}, pod.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

Task<Result<void>> Actor::read_log(const Observed& observed, StoreMemory& memory) {
  const auto* pod = crashed_pod(observed);
  if (pod == nullptr) co_return Result<void>{};
  k8s::LogOptions options{.container = pod->crashed_container,
                          .tail_lines = kEvidenceLines,
                          .previous = true,
                          .limit_bytes = kEvidenceBytes};
  auto log = co_await client_.pod_logs(observed.identity.store_namespace, pod->name, std::move(options));
  memory.evidence_of = evidence_key(*pod);
  memory.evidence =
      log ? clean_text(*log, kEvidenceBytes) : "(the log cannot be read: " + log.error().message + ")";
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
