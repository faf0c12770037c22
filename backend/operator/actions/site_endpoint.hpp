#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "k8s/write_fence.hpp"

namespace storefleet::store_operator {

/// Where a web pod takes what is particular to its store.
struct SiteEndpoint {
  std::string pod_ip;
  std::int64_t port = 0;
  std::string path;
  std::string token;
};

/// The address of a pod just read from the API server, if it is the one of that UID and still runs; else
/// Unavailable. Token and password go to this address in the clear (NetworkPolicies keep others from
/// listening in), so it may not be one that the network has given to another pod meanwhile.
Result<std::string> site_address(const json::value& pod, std::string_view uid);

/// Applies title, address and admin account inside the pod; idempotent. Unavailable while the store starts.
/// What a pod takes is a write like those to the cluster: nothing leaves that `fence` does not let out, where
/// there is one.
Task<Result<void>> put_site(SiteEndpoint endpoint, json::object site, const k8s::WriteFence* fence = nullptr);

/// What an answer of the in-pod endpoint means; its text is whatever the pod wants it to be.
Result<void> judge_site_answer(unsigned status, std::string_view body);

}  // namespace storefleet::store_operator
