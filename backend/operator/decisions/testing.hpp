#pragma once
#include "operator/decisions/decide.hpp"
#include "operator/decisions/facts.hpp"

/// Builds what the operator observes at the points of a store's life; for tests.
namespace storefleet::testing {

inline TimePoint at(std::chrono::milliseconds since_start) {
  return TimePoint{std::chrono::hours(500'000)} + since_start;
}

/// A decision as one word: the action, or Waiting, Settled, Blocked.
inline std::string word(const store_operator::Decision& decision) {
  if (const auto* action = std::get_if<store_operator::Action>(&decision.next))
    return std::string(to_string(action->kind));
  if (std::holds_alternative<store_operator::Waiting>(decision.next)) return "Waiting";
  return std::holds_alternative<store_operator::Settled>(decision.next) ? "Settled" : "Blocked";
}

class Scenario {
 public:
  Scenario() {
    auto& store = observed.store;
    store.name = "demo";
    store.uid = "uid-1";
    store.resource_version = "7";
    store.generation = 1;
    store.created_at = at({});
    store.spec.engine = "tiny";
    observed.engine.name = "tiny";
    observed.engine.versions = {{"1", "tiny"}};
    observed.engine.workloads = {{"StatefulSet", "database", StepName::kDatabase},
                                 {"Deployment", "web", StepName::kApplication}};
    observed.identity = {.id = "0123456789",
                         .store_namespace = "store-0123456789",
                         .hosts = {"demo.test"},
                         .url = "http://demo.test/"};
    observed.quota_claim = {
        .store_uid = "uid-1", .store_name = "demo", .team = "blue", .plan = "small", .storage_bytes = 1024};
    observed.desired.bindings = {
        {.kind = "RoleBinding", .name = "storefleet-operator", .hash = "b1", .fingerprint = 11}};
    observed.desired.policies = {{.kind = "ResourceQuota", .name = "store", .hash = "q1", .fingerprint = 21},
                                 {.kind = "LimitRange", .name = "store", .hash = "l1", .fingerprint = 22},
                                 {.kind = "NetworkPolicy", .name = "web", .hash = "n1", .fingerprint = 23}};
    observed.desired.ingress = {.kind = "Ingress", .name = "store", .hash = "i1", .fingerprint = 31};
    observed.desired.release_hash = "00000000000000a1";
    observed.desired.release_digest = 0xa1;
    observed.desired.spec_digest = 0x51;
    observed.desired.marks = 7;
    observed.desired.site_hash = "s1";
    observed.hosts = {{"demo.test", std::nullopt}};
  }

  Scenario& finalizer() {
    observed.store.finalizers = {std::string(kFinalizer)};
    return *this;
  }
  Scenario& admitted() {
    finalizer();
    observed.memory.admitted = observed.quota_claim;
    return *this;
  }
  Scenario& hosts(std::string owner = "uid-1") {
    admitted();
    observed.hosts[0].claim = store_operator::HostClaimView{"h1", std::move(owner), "other"};
    observed.hosts[0].owner = "store 'other'";
    observed.claimed_hosts = {{"demo.test", observed.hosts[0].claim}};
    return *this;
  }
  Scenario& name_space() {
    hosts();
    observed.ns = store_operator::NamespaceView{.name = "store-0123456789", .uid = "ns-1", .marks = 7};
    return *this;
  }
  Scenario& bound() {
    name_space();
    observed.bindings = {{.name = "storefleet-operator", .fingerprint = 11}};
    return *this;
  }
  Scenario& policies(bool quota_filled = true) {
    bound();
    observed.quotas = {{.name = "store", .fingerprint = 21, .quota_filled = quota_filled}};
    observed.limits = {{.name = "store", .fingerprint = 22}};
    observed.network_policies = {{.name = "web", .fingerprint = 23}};
    return *this;
  }
  Scenario& secrets() {
    policies();
    observed.kept_secret = {.content = 1, .noted = 1, .secrets = 2, .admin = 3};
    observed.secrets = {.content = 2, .noted = 2};
    observed.admin_secret = {.content = 3, .noted = 3};
    return *this;
  }
  Scenario& release() {
    secrets();
    observed.release = {.digest = 0xa1,
                        .spec = 0x51,
                        .objects = {{"StatefulSet/database", 41},
                                    {"Deployment/web", 42},
                                    {"Service/web", 43},
                                    {"PersistentVolumeClaim/database", 44}}};
    observed.services = {{.name = "web", .fingerprint = 43, .selects = true}};
    observed.engine.service = "web";
    observed.stateful_sets = {{.name = "database", .fingerprint = 41}};
    observed.deployments = {{.name = "web", .fingerprint = 42}};
    observed.volume_claims = {{.name = "database", .uid = "c1", .bound = true}};
    observed.volumes = {{.name = "pv-1", .claim_namespace = "store-0123456789"}};
    observed.pods = {{.name = "database-0", .uid = "p1", .component = "database"},
                     {.name = "web-1", .uid = "p2", .component = "web"}};
    return *this;
  }
  Scenario& web_running() {
    release();
    observed.pods[1].running = true;
    observed.pods[1].ip = "10.0.0.9";
    return *this;
  }
  Scenario& workloads() {
    web_running();
    observed.stateful_sets[0].ready = true;
    observed.deployments[0].ready = true;
    for (auto& pod : observed.pods) pod.ready = true;
    observed.endpoints = {{.service = "web", .ready = true}};
    return *this;
  }
  Scenario& site() {
    workloads();
    observed.memory.site_applied = "s1";
    observed.ingresses = {{.name = "store", .uid = "in-1", .fingerprint = 31}};
    return *this;
  }
  Scenario& route() {
    site();
    observed.memory.route_answered_by = store_operator::site_pod_uid(observed);
    return *this;
  }
  Scenario& ready() {
    route();
    observed.memory.commerce_passed = true;
    return *this;
  }
  Scenario& deleting() {
    observed.store.deletion_requested_at = at({});
    return *this;
  }

  store_operator::Observed observed;
};

}  // namespace storefleet::testing
