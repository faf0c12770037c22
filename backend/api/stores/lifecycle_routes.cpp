#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/field_reader.hpp"
#include "api/stores/change.hpp"
#include "api/stores/input.hpp"
#include "api/stores/routes.hpp"

namespace storefleet::api {
namespace {

Problem nothing_before(const std::string& name) {
  return {.status = 409,
          .code = ProblemCode::kNothingToRollBackTo,
          .detail = fmt::format("The store '{}' was never ready with another version, plan or values.", name),
          .remedy = "Change what you need with PATCH."};
}

Problem too_old(const std::string& version, const std::string& current) {
  const auto detail = fmt::format("Version {} is older than {}, which the store has.", version, current);
  return {.status = 422,
          .code = ProblemCode::kVersionTooOld,
          .detail = detail,
          .remedy = "Roll back instead: the engine may not read what the newer version has written.",
          .errors = {{"/engineVersion", detail}}};
}

/// What the store has, or is to have.
std::string version_of(const Store& store) {
  return store.spec.engine_version.empty() ? store.status.engine_version : store.spec.engine_version;
}

std::vector<std::string> versions_of(const EngineDirectory& engines, const std::string& engine) {
  for (auto& summary : engines.engines())
    if (summary.name == engine) return std::move(summary.versions);
  return {};
}

/// With an upgrade to `wanted`, or to the newest where that is empty. One that follows the newest already
/// goes on to do so.
Changed upgraded(const Store& store, std::string wanted, const EngineDirectory& engines) {
  auto spec = store.spec;
  const auto versions = versions_of(engines, spec.engine);  // newest first
  if (wanted.empty() && spec.engine_version.empty()) return spec;
  if (wanted.empty() && !versions.empty()) wanted = versions.front();
  const auto current = version_of(store);
  const auto asked = std::ranges::find(versions, wanted);
  if (asked != versions.end() && asked > std::ranges::find(versions, current))
    return std::unexpected(too_old(wanted, current));
  spec.engine_version = std::move(wanted);
  return checked_change(store, std::move(spec), engines);
}

Changed rolled_back(const Store& store, const EngineDirectory& engines) {
  auto target = rollback_target(store);
  if (!target) return std::unexpected(nothing_before(store.name));
  auto spec = store.spec;
  // One that follows the newest goes on to, where that is not what went wrong.
  if (target->engine_version != version_of(store)) spec.engine_version = std::move(target->engine_version);
  spec.plan = std::move(target->plan);
  spec.values = std::move(target->values);
  return checked_change(store, std::move(spec), engines);
}

SpecChange asleep(bool asleep) {
  return [asleep](const Store& store) -> Changed {
    auto spec = store.spec;
    spec.asleep = asleep;
    return spec;
  };
}

/// Asks the controller for something that is no part of the spec, hence no operation to await: until it has
/// looked, the store shows what it showed before.
Task<Answer> ask(const ApiDependencies& api, ApiRequest request, StoreRequest wish, std::string_view done) {
  if (request.store->is_retained()) co_return std::unexpected(store_stopped(*request.store));
  const auto asked = co_await api.stores.ask(*request.store, wish, std::chrono::system_clock::now());
  if (!asked && asked.error().code == ErrorCode::kConflict)
    co_return std::unexpected(changed_meanwhile(request.store->name));
  if (!asked) co_return refuse(asked.error());
  log_done(done, asked->name, asked->spec.team, request);
  co_return json_response(202, store_dto(*asked));
}

}  // namespace

Task<Answer> sleep_store(const ApiDependencies& api, ApiRequest request) {
  return change_store(api, std::move(request), asleep(true));
}

Task<Answer> wake_store(const ApiDependencies& api, ApiRequest request) {
  return change_store(api, std::move(request), asleep(false));
}

Task<Answer> upgrade_store(const ApiDependencies& api, ApiRequest request) {
  std::string wanted;
  if (!request.http.body.empty()) {
    const auto body = parse_object(request.http.body, "Send nothing, or a JSON object with engineVersion.");
    if (!body) co_return std::unexpected(body.error());
    FieldReader fields(*body);
    static constexpr std::array<std::string_view, 1> kFields = {"engineVersion"};
    fields.refuse_unknown_fields(kFields);
    wanted = fields.text("engineVersion");
    if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  }
  SpecChange change = [&api, wanted](const Store& store) { return upgraded(store, wanted, api.engines); };
  co_return co_await change_store(api, std::move(request), std::move(change));
}

Task<Answer> rollback_store(const ApiDependencies& api, ApiRequest request) {
  return change_store(api, std::move(request),
                      [&api](const Store& store) { return rolled_back(store, api.engines); });
}

Task<Answer> retry_store(const ApiDependencies& api, ApiRequest request) {
  return ask(api, std::move(request), StoreRequest::kRetry, "retry accepted");
}

Task<Answer> reset_admin_password(const ApiDependencies& api, ApiRequest request) {
  return ask(api, std::move(request), StoreRequest::kResetAdminPassword, "password reset accepted");
}

}  // namespace storefleet::api
