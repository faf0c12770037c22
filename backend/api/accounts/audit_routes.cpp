#include <limits>

#include "api/accounts/routes.hpp"
#include "api/dto.hpp"

namespace storefleet::api {

/// Admins read everything, owners what concerns their teams.
Task<Answer> list_audit(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  AuditQuery wanted{.teams = std::nullopt,
                    .actor = query.text("actor"),
                    .action = query.text("action"),
                    .before = query.integer("before", 0, 0, std::numeric_limits<std::int64_t>::max()),
                    .limit = static_cast<std::size_t>(query.integer("limit", 100, 1, 1000))};
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  if (request.caller.role != PlatformRole::kAdmin) {
    wanted.teams.emplace();
    for (const auto& [team, role] : request.caller.teams)
      if (role == TeamRole::kOwner) wanted.teams->push_back(team);
  }
  const auto entries = co_await api.audit.entries(std::move(wanted));
  if (!entries) co_return refuse(entries.error());
  json::array items;
  for (const auto& entry : *entries) items.push_back(audit_dto(entry));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

}  // namespace storefleet::api
