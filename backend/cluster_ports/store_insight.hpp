#pragma once
#include "domain/ports.hpp"
#include "k8s/client.hpp"

namespace storefleet {

/// What the API may read inside a store namespace, by the role that the controller binds for it there.
class ClusterStoreInsight : public StoreInsight {
 public:
  explicit ClusterStoreInsight(k8s::Client& client) : client_(client) {}

  Task<Result<Credentials>> credentials(Store store) override;

 private:
  k8s::Client& client_;
};

}  // namespace storefleet
