#include "cluster_ports/store_gateway.hpp"

#include <fmt/format.h>

#include "k8s/resource.hpp"

namespace storefleet::cluster_ports {
namespace {

/// A store may be 1 MiB large; how many of them may come in one answer.
constexpr int kStoresInPage = 50;

std::optional<Store> project(const json::value& object) {
  auto store = parse_store(object);
  if (!store) return std::nullopt;
  return *std::move(store);
}

/// What the API server says to the platform, as the platform's own callers should hear it: that this process
/// may not do something is nothing that they can mend.
Error for_callers(Error error) {
  if (error.code == ErrorCode::kForbidden || error.code == ErrorCode::kUnauthenticated)
    return {ErrorCode::kInternal, "The platform lacks a right in the cluster: " + error.message,
            error.reason};
  return error;
}

}  // namespace

ClusterStoreGateway::ClusterStoreGateway(k8s::Client& client)
    : client_(client), cache_(client, k8s::kStore, {.page_size = kStoresInPage}, project) {
  cache_.on_change([this](const k8s::ObjectName& name, const Store*, const Store* now) {
    if (now == nullptr)
      by_name_.erase(name.name);
    else
      by_name_[name.name] = now;
  });
}

Result<void> ClusterStoreGateway::visit(const std::function<void(const Store&)>& visitor) {
  if (!cache_.synced())
    return fail(ErrorCode::kUnavailable, "The stores have not been read from the cluster yet.",
                Reason::kClusterUnreachable);
  for (const auto& [name, store] : by_name_) visitor(*store);
  return {};
}

void ClusterStoreGateway::on_change(StoreListener listener) {
  cache_.on_change(
      [this, listener = std::move(listener)](const k8s::ObjectName&, const Store* old, const Store* now) {
        if (!cache_.synced()) return;  // the first list is no change
        if (old != nullptr && now != nullptr && old->resource_version == now->resource_version) return;
        listener(old, now);
      });
}

Task<Result<Store>> ClusterStoreGateway::get(std::string name) {
  if (const auto* cached = cache_.find({.name = name})) co_return *cached;
  // A store that was created a moment ago may not be in the cache yet.
  co_return co_await get_latest(std::move(name));
}

Task<Result<Store>> ClusterStoreGateway::get_latest(std::string name) {
  const auto object = co_await client_.get(k8s::kStore, {.name = name});
  // In the words that also stand for another team's store, so that nobody can tell the two apart.
  if (!object && object.error().code == ErrorCode::kNotFound)
    co_return fail(ErrorCode::kNotFound, fmt::format("There is no store named '{}'.", name));
  if (!object) co_return std::unexpected(for_callers(object.error()));
  co_return parse_store(*object);
}

Task<Result<Store>> ClusterStoreGateway::create(NewStore store, DryRun dry_run) {
  const auto name = store.name;
  json::object annotations;
  for (const auto& [key, value] : store.annotations) annotations[key] = value;
  // With the finalizer from the start the controller saves a write before it can begin.
  json::object object{{"apiVersion", k8s::kStore.api_version()},
                      {"kind", k8s::kStore.kind},
                      {"metadata",
                       {{"name", name},
                        {"annotations", std::move(annotations)},
                        {"finalizers", json::array{json::string(kFinalizer)}}}},
                      {"spec", spec_json(store.spec)}};
  if (dry_run == DryRun::kYes) {
    const auto taken = co_await get(name);
    if (taken) co_return fail(ErrorCode::kAlreadyExists, fmt::format("There is a store '{}' already.", name));
    const auto applied =
        co_await client_.apply(k8s::kStore, {.name = name}, std::move(object),
                               {.field_manager = "storefleet-api", .dry_run = k8s::DryRun::kYes});
    if (!applied) co_return std::unexpected(for_callers(applied.error()));
    co_return parse_store(*applied);
  }
  const auto created = co_await client_.create(k8s::kStore, "", std::move(object));
  if (!created) co_return std::unexpected(for_callers(created.error()));
  co_return parse_store(*created);
}

Task<Result<Store>> ClusterStoreGateway::update(Store store, StoreSpec spec) {
  // They are not in `spec`: writing it would silently remove them.
  if (!spec.values_refused.empty())
    co_return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("The store's values cannot be kept: {}. Correct them first.", spec.values_refused),
        Reason::kInvalidValues);
  // Status writes between reading and writing do not matter: only identity and spec must be as they were.
  json::array operations{{{"op", "test"}, {"path", "/metadata/uid"}, {"value", store.uid}},
                         {{"op", "test"}, {"path", "/metadata/generation"}, {"value", store.generation}},
                         {{"op", "replace"}, {"path", "/spec"}, {"value", spec_json(spec)}}};
  const auto updated = co_await client_.json_patch(k8s::kStore, {.name = store.name}, std::move(operations));
  if (updated) co_return parse_store(*updated);
  const auto current = co_await client_.get(k8s::kStore, {.name = store.name});
  const bool changed =
      current && (k8s::meta_uid(*current) != store.uid || k8s::meta_generation(*current) != store.generation);
  if (changed)
    co_return fail(ErrorCode::kConflict, fmt::format("The store '{}' has changed meanwhile.", store.name));
  co_return std::unexpected(for_callers(updated.error()));
}

Task<Result<Store>> ClusterStoreGateway::ask(Store store, StoreRequest request, TimePoint at) {
  json::object patch{
      {"metadata", {{"uid", store.uid}, {"annotations", {{annotation_of(request), format_time(at)}}}}}};
  const auto patched =
      co_await client_.merge_patch(k8s::kStore, {.name = std::move(store.name)}, std::move(patch));
  if (!patched) co_return std::unexpected(for_callers(patched.error()));
  co_return parse_store(*patched);
}

Task<Result<void>> ClusterStoreGateway::remove(Store store) {
  k8s::DeleteOptions options{.uid = std::move(store.uid),
                             .resource_version = std::move(store.resource_version)};
  const auto removed =
      co_await client_.remove(k8s::kStore, {.name = std::move(store.name)}, std::move(options));
  if (!removed) co_return std::unexpected(for_callers(removed.error()));
  co_return Result<void>{};
}

}  // namespace storefleet::cluster_ports
