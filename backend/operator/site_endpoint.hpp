#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet {

/// Where a web pod takes what is particular to its store.
struct SiteEndpoint {
  std::string pod_ip;
  std::int64_t port = 0;
  std::string path;
  std::string token;
};

/// Applies title, address and admin account inside the pod; idempotent. Unavailable while the store starts.
Task<Result<void>> put_site(SiteEndpoint endpoint, json::object site);

}  // namespace storefleet
