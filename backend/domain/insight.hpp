#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

/// What a store's pods say and use; live, kept nowhere.
namespace storefleet::inline domain {

/// Which log, and which part of it.
struct LogQuery {
  std::string component = "web";  // workload of the engine: web, database
  std::string container;          // empty: the pod's first
  int tail = 200;                 // lines before those that are still to come
  std::optional<std::chrono::seconds> since = std::nullopt;
  bool previous = false;  // of the container's run before this one
  bool follow = false;
};

/// A container whose log can be read.
struct LogSource {
  std::string store_namespace;
  std::string pod;
  std::string container;
};

/// Takes whole lines, several at once; a failure ends the log.
using LogWriter = std::function<Task<Result<void>>(std::string lines)>;

struct PodUsage {
  std::string name;
  std::string component;
  std::string phase;                        // Running, Pending, …
  std::optional<double> cpu_cores = {};     // average of the last seconds
  std::optional<double> memory_bytes = {};  // working set
};

struct VolumeUsage {
  std::string name;
  std::string phase;  // Bound, Pending, Lost
  double requested_bytes = 0;
  std::optional<double> capacity_bytes = {};  // once it is bound
};

/// One line of the plan's ResourceQuota, in cores, bytes or pieces.
struct QuotaUsage {
  std::string resource;  // limits.memory, requests.storage, pods, …
  double hard = 0;
  double used = 0;
};

struct StoreUsage {
  std::optional<TimePoint> measured_at;  // of the newest measurement
  std::string unavailable;               // why there are no measurements; empty: there are
  std::vector<PodUsage> pods;
  std::vector<VolumeUsage> volumes;
  std::vector<QuotaUsage> quota;
};

}  // namespace storefleet::inline domain
