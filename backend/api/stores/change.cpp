#include "api/stores/change.hpp"

#include <fmt/format.h>

#include "api/dto.hpp"
#include "base/log.hpp"

namespace storefleet::api {
namespace {

constexpr int kRepeats = 3;  // of a change that is not tied to what was read

/// Whether an If-Match (empty where there is none) allows to change this.
bool fits(std::string_view if_match, const Store& store) {
  return if_match.empty() || if_match == "*" || if_match == etag_of(store);
}

Problem refused_change(const Error& error, const std::string& name) {
  return error.code == ErrorCode::kConflict ? changed_meanwhile(name) : to_problem(error);
}

/// A teardown that has begun is not stopped by any change.
Problem being_deleted(const std::string& name) {
  return {.status = 409,
          .code = ProblemCode::kConflict,
          .detail = fmt::format("The store '{}' is being deleted.", name),
          .remedy = "Nothing of it can be changed; create another one once it is gone."};
}

/// The same store past the cache, which may be behind what another replica has changed. Conflict where the
/// name is another store's now: who may change that one has not been looked at.
Task<Result<Store>> get_again(const ApiDependencies& api, Store store) {
  auto latest = co_await api.stores.get_latest(store.name);
  if (latest && latest->uid != store.uid)
    co_return fail(ErrorCode::kConflict, fmt::format("Another store has the name '{}' now.", store.name));
  co_return latest;
}

/// Why the team has no place for what becomes of a store; nothing where it has.
Task<std::optional<Problem>> refuse_by_quota(const ApiDependencies& api, Store store, StoreSpec spec) {
  const auto claim = claim_of(api, store.uid, store.name, spec);
  if (claim == claim_of(api, store.uid, store.name, store.spec)) co_return std::nullopt;
  const auto allowed = co_await api.ledger.check(claim);
  co_return allowed ? std::nullopt : quota_problem(allowed.error(), claim.team);
}

}  // namespace

http::Response accepted(const ApiDependencies& api, OperationKind kind, const Store& store) {
  auto response = json_response(202, store_dto(store));
  response.headers.set(
      "Operation-Location",
      fmt::format("/api/v1/operations/{}", encode_operation_id(api.operation_key, kind, store)));
  if (kind == OperationKind::kDelete) return response;
  response.headers.set("Location", fmt::format("/api/v1/stores/{}", store.name));
  response.headers.set("ETag", etag_of(store));
  return response;
}

Problem changed_meanwhile(const std::string& name) {
  return {
      .status = 412,
      .code = ProblemCode::kPreconditionFailed,
      .detail = fmt::format("The store '{}' is not the one that If-Match or the request was made for.", name),
      .remedy = "Read it again, and repeat the change on what it is now."};
}

Problem store_stopped(const Store& store) {
  if (store.is_retained())
    return {.status = 409,
            .code = ProblemCode::kStoreRetained,
            .detail = fmt::format("The store '{}' was deleted and is only kept (deletionPolicy Retain).",
                                  store.name),
            .remedy = "Set deletionPolicy to Delete to let it go; nothing else of it can be changed."};
  return {.status = 409,
          .code = ProblemCode::kStoreAsleep,
          .detail = fmt::format("The store '{}' sleeps: nothing of it answers.", store.name),
          .remedy = "Wake it, wait until it is ready, then ask again."};
}

Problem unknown_team(std::string detail) {
  return {.status = 422,
          .code = ProblemCode::kUnknownTeam,
          .detail = detail,
          .remedy = "Choose one of your teams: GET /api/v1/teams.",
          .errors = {{"/team", detail}}};
}

QuotaClaim claim_of(const ApiDependencies& api, std::string uid, std::string name, const StoreSpec& spec) {
  return {.store_uid = std::move(uid),
          .store_name = std::move(name),
          .team = spec.team,
          .plan = spec.plan,
          .storage_bytes = api.engines.storage_bytes(spec)};
}

std::optional<Problem> quota_problem(const Error& error, const std::string& team) {
  if (goes_without_ledger(team, error)) return std::nullopt;
  if (error.code == ErrorCode::kNotFound) return unknown_team(error.message);
  return to_problem(error);
}

void log_done(std::string_view what, const std::string& store, const std::string& team,
              const ApiRequest& request) {
  log_info(what, {{"store", store},
                  {"team", team},
                  {"caller", request.caller.name},
                  {"request_id", request.id},
                  {"trace_id", request.trace_id}});
}

Task<Answer> change_store(const ApiDependencies& api, ApiRequest request, SpecChange change) {
  const auto name = request.store->name;
  const std::string if_match(request.http.headers.get("If-Match"));
  Result<Store> store = *request.store;
  if (!fits(if_match, *store)) store = co_await get_again(api, *request.store);
  for (int left = kRepeats; store; --left) {
    if (!fits(if_match, *store)) co_return std::unexpected(changed_meanwhile(name));
    auto spec = change(*store);
    if (!spec) co_return std::unexpected(std::move(spec.error()));
    if (store->deletion_requested_at && !store->is_retained()) co_return std::unexpected(being_deleted(name));
    if (store->is_retained() && spec->deletion_policy == DeletionPolicy::kRetain)
      co_return std::unexpected(store_stopped(*store));
    auto refused = co_await refuse_by_quota(api, *store, *spec);
    if (refused) co_return std::unexpected(*std::move(refused));
    if (request.note->dry_run) {
      store->spec = *std::move(spec);
      co_return json_response(200, store_dto(*store));
    }
    const auto updated = co_await api.stores.update(*store, *std::move(spec));
    if (updated) {
      log_done("store update accepted", updated->name, updated->spec.team, request);
      co_return accepted(api, OperationKind::kUpdate, *updated);
    }
    if (updated.error().code != ErrorCode::kConflict || left == 0)
      co_return std::unexpected(refused_change(updated.error(), name));
    store = co_await get_again(api, *request.store);
  }
  co_return std::unexpected(refused_change(store.error(), name));
}

}  // namespace storefleet::api
