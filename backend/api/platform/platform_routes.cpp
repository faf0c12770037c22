#include <chrono>
#include <map>

#include "api/dto.hpp"
#include "api/platform/health.hpp"
#include "api/platform/routes.hpp"

namespace storefleet::api {
namespace {

/// Whether the controller still has to do something for the store, as far as its status tells.
bool is_pending(const Store& store) {
  const auto phase = store.status.phase;
  return store.status.observed_generation < store.generation || phase == Phase::kPending ||
         phase == Phase::kProvisioning || phase == Phase::kUpdating || phase == Phase::kDeleting;
}

}  // namespace

Task<Answer> list_engines(const ApiDependencies& api, ApiRequest) {
  json::array items;
  for (const auto& engine : api.engines.engines()) items.push_back(engine_dto(engine));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> list_plans(const ApiDependencies& api, ApiRequest) {
  json::array items;
  for (const auto& plan : api.engines.plans()) items.push_back(plan_dto(plan));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> get_platform(const ApiDependencies& api, ApiRequest) {
  std::map<Phase, std::int64_t> phases;
  std::map<FailureCode, std::int64_t> failures;
  std::int64_t pending = 0;
  const auto seen = api.stores.visit([&](const Store& store) {
    ++phases[store.status.phase];
    if (store.status.failure) ++failures[store.status.failure->code];
    if (is_pending(store)) ++pending;
  });
  if (!seen) co_return refuse(seen.error());
  const auto leader = co_await api.leader.leader();
  if (!leader) co_return refuse(leader.error());
  const auto isolation = co_await api.isolation.verdict();
  if (!isolation) co_return refuse(isolation.error());
  json::object stores;
  for (const auto& [phase, count] : phases) stores[to_string(phase)] = count;
  json::array codes;
  for (const auto& [code, count] : failures) codes.push_back({{"code", to_string(code)}, {"count", count}});
  co_return json_response(200,
                          json::object{{"version", api.health.build()},
                                       {"stores", std::move(stores)},
                                       {"failures", std::move(codes)},
                                       {"controller", leader_dto(*leader)},
                                       {"queue", {{"pending", pending}}},
                                       {"isolation", isolation_dto(*isolation, api.isolation_required)}});
}

/// Of the caller's teams.
Task<Answer> get_provisioning(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  const std::chrono::days days(query.integer("days", 30, 1, 366));
  ProvisioningQuery wanted{.since = std::chrono::system_clock::now() - days,
                           .engine = query.text("engine", 40),
                           .teams = std::nullopt};
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  if (request.caller.role != PlatformRole::kAdmin) {
    wanted.teams.emplace();
    for (const auto& [team, role] : request.caller.teams) wanted.teams->push_back(team);
  }
  const auto figures = co_await api.provisioning.days(std::move(wanted));
  if (!figures) co_return refuse(figures.error());
  json::array items;
  for (const auto& day : *figures) items.push_back(provisioning_dto(day));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

}  // namespace storefleet::api
