#include <algorithm>

#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {
namespace {

/// Only where the store has not changed since it was observed.
Task<Result<void>> set_finalizers(Tools tools, const Store& store, std::vector<std::string> finalizers) {
  json::array list;
  for (const auto& entry : finalizers) list.push_back(json::string(entry));
  json::object patch{
      {"metadata", {{"resourceVersion", store.resource_version}, {"finalizers", std::move(list)}}}};
  const auto result = co_await tools.client.merge_patch(k8s::kStore, {.name = store.name}, std::move(patch));
  if (result || result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return std::unexpected(result.error());
}

}  // namespace

Task<Result<void>> add_finalizer(Tools tools, Observed& observed) {
  auto finalizers = observed.store.finalizers;
  finalizers.emplace_back(kFinalizer);
  co_return co_await set_finalizers(tools, observed.store, std::move(finalizers));
}

Task<Result<void>> remove_finalizer(Tools tools, Observed& observed) {
  auto finalizers = observed.store.finalizers;
  std::erase(finalizers, kFinalizer);
  co_return co_await set_finalizers(tools, observed.store, std::move(finalizers));
}

}  // namespace storefleet::store_operator
