#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "domain/isolation.hpp"
#include "k8s/client.hpp"
#include "operator/watch/observed.hpp"
#include "probes/isolation.hpp"

namespace storefleet::store_operator {

/// Looks at the probe pod when this process begins to lead and every so often after that, and keeps the
/// verdict in a ConfigMap for the API and the next leader. What it does not know it tries again soon. One
/// thread; what it refers to must outlive it.
class IsolationKeeper {
 public:
  struct Options {
    std::string platform_namespace;
    std::string probe_namespace;
    std::chrono::minutes interval{60};
    bool required = false;
  };

  IsolationKeeper(k8s::Client& client, probes::IsolationProbe& probe, Options options)
      : client_(client), probe_(probe), options_(std::move(options)) {}

  /// Until cancelled. Spawn it once.
  Task<void> run();

  /// Takes over what the last leader found out: only a fresh "Enforced" opens the gate before the first look.
  Task<void> recall(TimePoint now);
  /// One look; the verdict after it is published.
  Task<void> look(TimePoint now);
  /// How long to wait before the next one.
  [[nodiscard]] std::chrono::milliseconds pause() const;

  [[nodiscard]] const IsolationVerdict& verdict() const { return verdict_; }
  /// Why no store may be made now; nothing where it may.
  [[nodiscard]] std::optional<IsolationHold> hold() const;

 private:
  Task<probes::IsolationFinding> find_out();
  void take(probes::IsolationFinding finding, TimePoint now);
  Task<void> publish();
  [[nodiscard]] k8s::ObjectName record() const;

  k8s::Client& client_;
  probes::IsolationProbe& probe_;
  Options options_;
  IsolationVerdict verdict_;
  int unknown_in_a_row_ = 0;
};

/// Address of the probe pod in a list of pods, or what there is instead of one.
struct ProbePod {
  std::string address;  // empty: none can be asked
  std::string instead;
};
ProbePod find_probe_pod(const json::value& pods);

}  // namespace storefleet::store_operator
