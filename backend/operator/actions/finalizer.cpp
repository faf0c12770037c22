#include <algorithm>

#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {
namespace {

using Change = void (*)(std::vector<std::string>& finalizers);

void add(std::vector<std::string>& finalizers) {
  if (std::ranges::find(finalizers, kFinalizer) == finalizers.end()) finalizers.emplace_back(kFinalizer);
}

void take_away(std::vector<std::string>& finalizers) {
  std::erase(finalizers, kFinalizer);
}

/// Only where the store has not changed since it was read.
Task<Result<void>> write(Tools tools, Store store, Change change) {
  change(store.finalizers);
  json::array list;
  for (const auto& entry : store.finalizers) list.push_back(json::string(entry));
  json::object patch{
      {"metadata", {{"resourceVersion", store.resource_version}, {"finalizers", std::move(list)}}}};
  const auto result = co_await tools.client.merge_patch(k8s::kStore, {.name = store.name}, std::move(patch));
  co_return without_value(result);
}

Task<Result<void>> set_finalizers(Tools tools, const Store& seen, Change change) {
  auto result = co_await write(tools, seen, change);
  if (!result && result.error().code == ErrorCode::kConflict) {
    // What was observed is older than the status that was written just now: it would be so at every try.
    auto now = co_await read_again(tools, seen);
    if (now)
      result = co_await write(tools, *std::move(now), change);
    else
      result = std::unexpected(now.error());
  }
  if (!result && result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return result;
}

}  // namespace

Task<Result<void>> add_finalizer(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  co_return co_await set_finalizers(tools, observed.store, add);
}

Task<Result<void>> remove_finalizer(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  co_return co_await set_finalizers(tools, observed.store, take_away);
}

}  // namespace storefleet::store_operator
