#pragma once
#include <memory>
#include <optional>

#include <prometheus/registry.h>

#include "app/config.hpp"
#include "base/task.hpp"
#include "controller/leader_election.hpp"
#include "domain/accounts.hpp"
#include "domain/ports/audit_log.hpp"
#include "domain/ports/history.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "domain/quota.hpp"
#include "engines/catalogue.hpp"
#include "k8s/client.hpp"
#include "operator/metrics.hpp"

namespace storefleet::app {

/// Runs the operator for as long as this process is the leader, and begins anew when it lost the lease.
class ControllerRole {
 public:
  /// Everything referred to must outlive it. `client` is for what any process may ask; what a leader does
  /// goes over connections of its own to `cluster`.
  ControllerRole(asio::any_io_executor executor, const ServeConfig& config, k8s::ClusterConfig cluster,
                 k8s::Client& client, const engines::EngineCatalogue& catalogue, History& history,
                 QuotaLedger& ledger, AuditLog& audit, prometheus::Registry& registry);
  ~ControllerRole();

  /// Until cancelled. Fails where leadership was lost, where the API server refuses what the controller
  /// cannot do without, or where it grants what the controller must not have: end the process then.
  Task<Result<void>> run();

  /// Ok while this process follows the cluster: as the leader, or as one that waits to be.
  [[nodiscard]] Result<void> ready() const;
  void update_metrics();

 private:
  struct Leadership;
  Task<Result<void>> lead(controller::LeaderElection& election);
  void start_parts(controller::LeaderElection& election);
  /// Ends all that writes to the cluster; whether nothing is under way any more.
  Task<bool> stop_writing(controller::LeaderElection& election);
  Task<void> wait_for_records(const TaskScope& ending) const;
  Task<void> start_operator();
  Task<Result<void>> check_admission_policy();
  Task<void> keep_checking_admission(controller::LeaderElection& election);

  asio::any_io_executor executor_;
  const ServeConfig& config_;
  k8s::ClusterConfig cluster_;
  k8s::Client& client_;
  const engines::EngineCatalogue& catalogue_;
  History& history_;
  QuotaLedger& ledger_;
  AuditLog& audit_;
  store_operator::OperatorMetrics metrics_;
  bool waiting_ = false;                    // for the lease
  std::optional<Error> admission_lost_;     // why this process must not lead any more
  std::unique_ptr<Leadership> leadership_;  // while leading
};

}  // namespace storefleet::app
