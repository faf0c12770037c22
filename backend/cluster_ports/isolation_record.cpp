#include "cluster_ports/isolation_record.hpp"

namespace storefleet::cluster_ports {
namespace {

IsolationVerdict nobody_looked() {
  IsolationVerdict verdict;
  verdict.evidence = "No controller has looked yet.";
  return verdict;
}

}  // namespace

Task<Result<IsolationVerdict>> IsolationRecord::verdict() {
  const auto object = co_await client_.get(k8s::kConfigMap, config_map_);
  if (!object && object.error().code == ErrorCode::kNotFound) co_return nobody_looked();
  if (!object) co_return std::unexpected(object.error());
  const auto kept = parse_json(string_or(*object, {"data", kIsolationKey}));
  if (!kept) co_return nobody_looked();
  co_return parse_isolation(*kept);
}

}  // namespace storefleet::cluster_ports
