#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/accounts/routes.hpp"
#include "api/dto.hpp"
#include "api/field_reader.hpp"
#include "domain/store.hpp"

namespace storefleet::api {
namespace {

constexpr std::array<std::string_view, 3> kCreateFields = {"name", "displayName", "quota"};
constexpr std::array<std::string_view, 2> kUpdateFields = {"displayName", "quota"};
constexpr std::size_t kMostPlanName = 40;
constexpr std::array<std::string_view, 3> kQuotaFields = {"stores", "storageBytes", "plans"};
constexpr std::array<std::string_view, 1> kMemberFields = {"role"};
constexpr std::int64_t kMostStores = 1'000'000;
constexpr std::size_t kMostPlans = 50;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 60;

/// What is absent has no limit.
TeamQuota read_quota(FieldReader& fields) {
  TeamQuota quota;
  const auto body = fields.object("quota");
  FieldReader inner(body, "/quota");
  inner.refuse_unknown_fields(kQuotaFields);
  if (inner.has("stores")) quota.stores = inner.integer("stores", 0, 0, kMostStores);
  if (inner.has("storageBytes")) quota.storage_bytes = inner.integer("storageBytes", 0, 0, kMostBytes);
  const auto plans = inner.array("plans");
  if (plans.size() > kMostPlans)
    inner.wrong(ProblemCode::kInvalidValues, "/quota/plans",
                fmt::format("At most {} plans are allowed.", kMostPlans));
  for (std::size_t i = 0; i < std::min(plans.size(), kMostPlans); ++i) {
    const auto* text = plans[i].if_string();
    if (text == nullptr || !is_resource_name(*text) || text->size() > kMostPlanName)
      inner.wrong(ProblemCode::kInvalidValues, fmt::format("/quota/plans/{}", i),
                  "This must be a plan's name.");
    else
      quota.plans.push_back(to_std(*text));
  }
  fields.take_over(inner);
  return quota;
}

}  // namespace

Task<Answer> list_teams(const ApiDependencies& api, ApiRequest request) {
  const auto teams = co_await api.directory.teams();
  if (!teams) co_return refuse(teams.error());
  json::array items;
  for (const auto& team : *teams)
    if (may_see(request.caller, team.name)) items.push_back(team_dto(team));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> create_team(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with at least name.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kCreateFields);
  Team team{.name = fields.text("name"), .display_name = fields.text("displayName", {}, 100)};
  if (const auto valid = validate_store_name(team.name); !valid)
    fields.wrong(ProblemCode::kInvalidName, "/name",
                 "A team's name has a-z, 0-9 and '-' only, at most 40 characters.");
  team.quota = read_quota(fields);
  *request.note = {.subject = "team/" + team.name, .team = team.name};
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto made = co_await api.directory.create_team(std::move(team));
  if (!made) co_return refuse(made.error());
  co_return json_response(201, team_dto(*made));
}

Task<Answer> get_team(const ApiDependencies& api, ApiRequest request) {
  const auto team = co_await api.directory.team(request.path_parameter("team"));
  if (!team) co_return refuse(team.error());
  co_return json_response(200, team_dto(*team));
}

Task<Answer> update_team(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with the fields to change.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kUpdateFields);
  TeamChange change;
  if (fields.has("displayName")) change.display_name = fields.text("displayName", {}, 100);
  if (fields.has("quota")) change.quota = read_quota(fields);
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto updated = co_await api.directory.update_team(request.path_parameter("team"), std::move(change));
  if (!updated) co_return refuse(updated.error());
  co_return json_response(200, team_dto(*updated));
}

Task<Answer> delete_team(const ApiDependencies& api, ApiRequest request) {
  const auto name = request.path_parameter("team");
  bool used = false;
  const auto seen = api.stores.visit([&](const Store& store) { used = used || store.spec.team == name; });
  if (!seen) co_return refuse(seen.error());
  if (used || name == kDefaultTeam)
    co_return refuse(
        {ErrorCode::kConflict, used ? fmt::format("Team '{}' still has stores; delete those first.", name)
                                    : "The team of stores that name none cannot be deleted."});
  const auto deleted = co_await api.directory.delete_team(name);
  if (!deleted) co_return refuse(deleted.error());
  co_return http::Response{.status = 204};
}

Task<Answer> list_members(const ApiDependencies& api, ApiRequest request) {
  const auto members = co_await api.directory.members(request.path_parameter("team"));
  if (!members) co_return refuse(members.error());
  json::array items;
  for (const auto& member : *members)
    items.push_back(json::object{{"user", member.user_name}, {"role", to_string(member.role)}});
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

namespace {

constexpr int kMostUnknownNames = 10;  // within a quarter of an hour

/// Owners take in whom they know by name; they cannot try names until they know all users.
std::string guessing_key(const Principal& caller) {
  return "member/" + caller.user_id;
}

Problem too_many_names() {
  return {.status = 429,
          .code = ProblemCode::kTooManyRequests,
          .detail = "Too many of the names that you gave are of no user.",
          .remedy = "Wait a quarter of an hour, and ask an admin of this platform for the exact name.",
          .retry_after = 900};
}

Problem no_such_user(const std::string& user) {
  auto problem = to_problem({ErrorCode::kNotFound, fmt::format("There is no user named '{}'.", user)});
  problem.remedy =
      "Give the exact name that the user logs in with; only admins of this platform list or make users.";
  return problem;
}

}  // namespace

Task<Answer> set_member(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with role.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kMemberFields);
  const auto role = parse_team_role(fields.text("role"));
  if (!role) fields.wrong(ProblemCode::kInvalidValues, "/role", "This must be viewer, member or owner.");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto user = request.path_parameter("user");
  const bool guessing = request.caller.role != PlatformRole::kAdmin;
  if (guessing) {
    const auto unknown = co_await api.logins.failures(guessing_key(request.caller));
    if (!unknown) co_return refuse(unknown.error());
    if (*unknown >= kMostUnknownNames) co_return std::unexpected(too_many_names());
  }
  const auto set = co_await api.directory.set_member(request.path_parameter("team"), user, *role);
  if (!set && set.error().code == ErrorCode::kNotFound && guessing) {
    const auto counted = co_await api.logins.record_failure({guessing_key(request.caller)});
    if (!counted) co_return refuse(counted.error());
    co_return std::unexpected(no_such_user(user));
  }
  if (!set) co_return refuse(set.error());
  co_return json_response(200, json::object{{"user", user}, {"role", to_string(*role)}});
}

Task<Answer> remove_member(const ApiDependencies& api, ApiRequest request) {
  const auto removed =
      co_await api.directory.remove_member(request.path_parameter("team"), request.path_parameter("user"));
  if (!removed) co_return refuse(removed.error());
  co_return http::Response{.status = 204};
}

}  // namespace storefleet::api
