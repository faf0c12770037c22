#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "k8s/resource.hpp"
#include "simulation/api_server.hpp"

namespace storefleet::simulation {

struct Manifest {
  const k8s::Resource& kind;
  json::object object;
};

/// What the chart of tests/integration/engines/store-tiny comes to with those values, what runs pods last.
/// Here the Service leads to pods, as that of a real engine does.
std::vector<Manifest> manifest_of(const json::object& values);

/// What Helm keeps of one revision of a release, in a Secret (releases/helm-helper/records.go, history.go).
struct Record {
  std::int64_t number = 1;
  std::string status;
  std::string values;
  std::vector<std::string> objects;             // paths
  std::string digest;                           // its label; empty: none
  std::map<std::string, std::string> prints{};  // with a digest: what each object came to
  bool whole = false;                           // read: nobody has changed its content since

  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool pending() const { return status.starts_with("pending-"); }
  /// The Secret.
  [[nodiscard]] json::object secret() const;
};

struct History {
  std::vector<Record> records;                                  // oldest first
  std::vector<std::pair<std::string, std::string>> unreadable;  // names and UIDs
};
History history_of(const ApiServer& api, const std::string& ns);

std::string secret_path(const std::string& ns, const std::string& name);

}  // namespace storefleet::simulation
