#pragma once
#include "operator/decisions/decide.hpp"
#include "operator/decisions/facts.hpp"

/// Builds what the operator observes at the points of a store's life; for tests.
namespace storefleet::testing {

inline TimePoint at(std::chrono::milliseconds since_start) {
  return TimePoint{std::chrono::hours(500'000)} + since_start;
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
    observed.claim = {
        .store_uid = "uid-1", .store_name = "demo", .team = "blue", .plan = "small", .storage_bytes = 1024};
    observed.desired.bindings = {{.kind = "RoleBinding", .name = "storefleet-operator", .hash = "b1"}};
    observed.desired.policies = {{.kind = "ResourceQuota", .name = "store", .hash = "q1"},
                                 {.kind = "LimitRange", .name = "store", .hash = "l1"},
                                 {.kind = "NetworkPolicy", .name = "web", .hash = "n1"}};
    observed.desired.ingress = {.kind = "Ingress", .name = "store", .hash = "i1"};
    observed.desired.release_hash = "r1";
    observed.desired.site_hash = "s1";
    observed.hosts = {{"demo.test", std::nullopt}};
  }

  Scenario& finalizer() {
    observed.store.finalizers = {std::string(kFinalizer)};
    return *this;
  }
  Scenario& admitted() {
    finalizer();
    observed.memory.admitted = observed.claim;
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
    observed.ns = store_operator::NamespaceView{
        .name = "store-0123456789", .uid = "ns-1", .store = "demo", .store_uid = "uid-1"};
    return *this;
  }
  Scenario& bound() {
    name_space();
    observed.bindings = {{.name = "storefleet-operator", .hash = "b1"}};
    return *this;
  }
  Scenario& policies(bool quota_filled = true) {
    bound();
    observed.quotas = {{.name = "store", .hash = "q1", .quota_filled = quota_filled}};
    observed.limits = {{.name = "store", .hash = "l1"}};
    observed.network_policies = {{.name = "web", .hash = "n1"}};
    return *this;
  }
  Scenario& secrets() {
    policies();
    observed.memory.secrets_ensured = true;
    return *this;
  }
  Scenario& release() {
    secrets();
    observed.ns->release_hash = "r1";
    observed.stateful_sets = {{.name = "database"}};
    observed.deployments = {{.name = "web"}};
    observed.claims = {{.name = "database", .uid = "c1", .bound = true}};
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
    return *this;
  }
  Scenario& site() {
    workloads();
    observed.memory.site_applied = "s1";
    observed.ingresses = {{.name = "store", .uid = "in-1", .hash = "i1"}};
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
