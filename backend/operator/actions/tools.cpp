#include "operator/actions/tools.hpp"

#include <fmt/format.h>

namespace storefleet::store_operator {

Result<void> created(const Result<json::value>& result) {
  if (result || result.error().code == ErrorCode::kAlreadyExists) return {};
  return std::unexpected(result.error());
}

Result<void> without_value(const Result<json::value>& result) {
  if (result) return {};
  return std::unexpected(result.error());
}

Task<Result<void>> still_there(Tools tools, const Store& store) {
  const auto known = co_await tools.client.get(k8s::kStore, {.name = store.name});
  if (!known) co_return std::unexpected(known.error());
  if (k8s::meta_uid(*known) != store.uid)
    co_return fail(ErrorCode::kNotFound, fmt::format("Store {} is another one by now", store.name));
  co_return Result<void>{};
}

Task<Result<void>> remove(Tools tools, k8s::Resource resource, k8s::ObjectName name, std::string uid,
                          std::string resource_version) {
  k8s::DeleteOptions options{.uid = std::move(uid), .resource_version = std::move(resource_version)};
  const auto result = co_await tools.client.remove(resource, std::move(name), std::move(options));
  if (result || result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return std::unexpected(result.error());
}

void note_removed(StoreMemory& memory, std::string_view kind, const std::string& name) {
  auto& entry = memory.removed[kind];
  if (!entry.is_array()) entry = json::array();
  auto& names = entry.get_array();
  for (const auto& known : names)
    if (known.get_string() == name) return;
  names.push_back(json::string(name));
}

void note_volumes(Observed& observed) {
  auto& memory = observed.memory;
  for (const auto& claim : observed.volume_claims) note_removed(memory, "PersistentVolumeClaim", claim.name);
  for (const auto& volume : observed.volumes)
    note_removed(memory, volume.retained ? "RetainedVolume" : "PersistentVolume", volume.name);
}

}  // namespace storefleet::store_operator
