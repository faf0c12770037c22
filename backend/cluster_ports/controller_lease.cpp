#include "cluster_ports/controller_lease.hpp"

#include "controller/lease.hpp"

namespace storefleet::cluster_ports {

Task<Result<Leader>> ControllerLease::leader() {
  const auto object = co_await client_.get(k8s::kLease, lease_);
  if (!object && object.error().code == ErrorCode::kNotFound) co_return Leader{};  // no controller ever ran
  if (!object) co_return std::unexpected(object.error());
  auto record = controller::parse_lease(*object);
  Leader leader{.identity = std::move(record.holder), .since = std::nullopt, .renewed_at = std::nullopt};
  if (const auto since = parse_time(record.acquired_at)) leader.since = *since;
  if (const auto renewed = parse_time(record.renewed_at)) leader.renewed_at = *renewed;
  co_return leader;
}

}  // namespace storefleet::cluster_ports
