#pragma once
#include "domain/platform.hpp"
#include "domain/ports/leader_directory.hpp"
#include "k8s/client.hpp"

namespace storefleet::cluster_ports {

/// Reads the Lease of the controller's leader election. `client` must outlive it.
class ControllerLease : public LeaderDirectory {
 public:
  ControllerLease(k8s::Client& client, k8s::ObjectName lease) : client_(client), lease_(std::move(lease)) {}

  Task<Result<Leader>> leader() override;

 private:
  k8s::Client& client_;
  k8s::ObjectName lease_;
};

}  // namespace storefleet::cluster_ports
