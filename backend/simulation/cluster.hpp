#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "http/message.hpp"
#include "simulation/agenda.hpp"
#include "simulation/api_server.hpp"
#include "simulation/random.hpp"

namespace storefleet::simulation {

/// The class of the ingress controller.
inline constexpr std::string_view kIngressClass = "simulated";

/// What runs in a cluster besides the operator: the controllers of namespaces, workloads, quotas and volumes,
/// the garbage collector, a kubelet, an ingress controller, and the shops inside the pods. Each looks at an
/// object some time after it changed and does the next thing that it wants.
class Cluster {
 public:
  Cluster(Agenda& agenda, Random& random, ApiServer& api);

  /// What a shop answers under its host name, or an agent under its pod's address.
  Result<http::Response> visit(const std::string& host, const http::Request& request) const;

  /// Whether the shop of a namespace answers shoppers.
  [[nodiscard]] bool serves(const std::string& ns) const;
  /// The namespaces whose shop has answered a shopper.
  [[nodiscard]] const std::set<std::string>& answered() const { return answered_; }
  /// Title and address that the agent of a namespace's shop was given last.
  [[nodiscard]] const std::map<std::string, json::value>& sites() const { return sites_; }

 private:
  using ObjectName = k8s::ObjectName;
  struct PodPlan {
    std::string address;  // never used again
    Millis runs = 0;
    Millis ready = 0;   // after it runs, and the database is ready
    Millis fails = 0;   // when its probe finds that it does not answer any more
    Millis killed = 0;  // after its deletion
  };

  void look(std::string_view plural, const ObjectName& name, Millis from, Millis to);
  void look_at(const std::string& plural, const ObjectName& name);
  void look_at_namespace(const ObjectName& name);
  void look_at_workload(const k8s::Resource& kind, const ObjectName& name);
  void look_at_pod(const ObjectName& name);
  void fail_probe(const ObjectName& name, PodPlan& plan);
  void look_at_claim(const ObjectName& name);
  void look_at_volume(const ObjectName& name);
  void look_at_service(const ObjectName& name);
  void read_routes();

  void make_pod(const k8s::Resource& kind, const json::value& owner, const std::string& name,
                const std::string& revision);
  void remove(std::string_view plural, const ObjectName& name);
  bool claims_bound(const json::value& pod) const;
  bool component_ready(const std::string& ns, std::string_view component) const;
  void count_pods(const k8s::Resource& kind, const ObjectName& name, const std::string& revision);
  Result<http::Response> visit_agent(const json::value& pod, const http::Request& request) const;

  Agenda& agenda_;
  Random& random_;
  ApiServer& api_;
  std::set<std::pair<std::string, ObjectName>> planned_;
  std::map<std::string, Millis> namespaces_deleted_;  // by UID
  std::map<std::string, PodPlan> pods_;               // by UID
  std::map<std::string, std::string> routes_;         // host → namespace
  mutable std::map<std::string, json::value> sites_;  // namespace → what the agent was given
  mutable std::set<std::string> answered_;
  std::int64_t pods_made_ = 0;
};

}  // namespace storefleet::simulation
