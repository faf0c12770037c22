#pragma once
#include "domain/isolation.hpp"
#include "domain/ports/isolation_directory.hpp"
#include "k8s/client.hpp"

namespace storefleet::cluster_ports {

/// Reads what the leader found out about isolation from the ConfigMap that it keeps. `client` must outlive
/// it.
class IsolationRecord : public IsolationDirectory {
 public:
  IsolationRecord(k8s::Client& client, k8s::ObjectName config_map)
      : client_(client), config_map_(std::move(config_map)) {}

  Task<Result<IsolationVerdict>> verdict() override;

 private:
  k8s::Client& client_;
  k8s::ObjectName config_map_;
};

}  // namespace storefleet::cluster_ports
