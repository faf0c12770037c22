#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/stores/operation_id.hpp"
#include "api/stores/routes.hpp"

namespace storefleet::api {
namespace {

enum class OperationState { kRunning, kSucceeded, kFailed };

std::string_view to_string(OperationState state) {
  switch (state) {
    case OperationState::kRunning:
      return "Running";
    case OperationState::kSucceeded:
      return "Succeeded";
    case OperationState::kFailed:
      return "Failed";
  }
  return {};
}

/// Whether somebody has deleted it: nothing more comes of it.
bool was_deleted(const Store& store) {
  return store.status.phase == Phase::kDeleting || store.status.phase == Phase::kRetained;
}

OperationState creation_state(const Store& store) {
  if (store.status.ready_seconds) return OperationState::kSucceeded;
  switch (store.status.phase) {
    case Phase::kReady:
    case Phase::kDegraded:
    case Phase::kSleeping:
    case Phase::kUpdating:
      return OperationState::kSucceeded;
    case Phase::kPending:
    case Phase::kProvisioning:
      return OperationState::kRunning;
    case Phase::kRetained:
    case Phase::kDeleting:
    case Phase::kFailed:
      return OperationState::kFailed;
  }
  return OperationState::kRunning;
}

/// Done once the controller has seen that generation, or a later one, and the store is ready with it.
OperationState update_state(const Store& store, std::int64_t generation) {
  if (was_deleted(store)) return OperationState::kFailed;
  if (store.status.observed_generation < generation) return OperationState::kRunning;
  if (store.status.failure) return OperationState::kFailed;
  return store.status.phase == Phase::kReady || store.status.phase == Phase::kSleeping
             ? OperationState::kSucceeded
             : OperationState::kRunning;
}

/// `store` is nullptr where the operation's store is gone.
OperationState state_of(const OperationId& id, const Store* store) {
  if (id.kind == OperationKind::kDelete)
    return store == nullptr ? OperationState::kSucceeded : OperationState::kRunning;
  if (store == nullptr) return OperationState::kFailed;
  return id.kind == OperationKind::kUpdate ? update_state(*store, id.generation) : creation_state(*store);
}

json::object operation_dto(const std::string& text, const OperationId& id, const Store* store) {
  const auto state = state_of(id, store);
  json::object object{{"id", text},
                      {"kind", to_string(id.kind)},
                      {"state", to_string(state)},
                      {"storeName", id.store_name},
                      {"storeUid", id.store_uid},
                      {"steps", store != nullptr ? steps_dto(store->status.steps) : json::array{}}};
  if (store != nullptr && store->status.failure) object["failure"] = failure_dto(*store->status.failure);
  if (state == OperationState::kFailed && (store == nullptr || was_deleted(*store)))
    object["message"] = "The store was deleted before this was done.";
  return object;
}

}  // namespace

Task<Answer> get_operation(const ApiDependencies& api, ApiRequest request) {
  const auto text = request.path_parameter("id");
  const auto id = decode_operation_id(api.operation_key, text);
  if (!id || !may_see(request.caller, id->team))
    co_return refuse({ErrorCode::kNotFound, "There is no such operation."});
  const auto store = co_await api.stores.get(id->store_name);
  if (!store && store.error().code != ErrorCode::kNotFound) co_return refuse(store.error());
  const bool same = store && store->uid == id->store_uid;
  const auto body = operation_dto(text, *id, same ? &*store : nullptr);
  auto response = json_response(200, body);
  if (string_or(body, {"state"}) == "Running") response.headers.set("Retry-After", "1");
  co_return response;
}

}  // namespace storefleet::api
