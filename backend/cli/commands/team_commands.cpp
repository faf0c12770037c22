#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct TeamOptions {
  std::string team;
  std::string display_name;
  std::string most_stores;         // a number, or "none" for no limit; empty: as it is
  std::string most_storage;        // "20Gi", or "none"
  std::vector<std::string> plans;  // {"all"}: every plan
  std::string user;
  std::string role = "member";
  bool yes = false;
};

constexpr std::string_view kNoLimit = "none";

std::string team_path(const std::string& team, const std::string& rest = {}) {
  return fmt::format("/api/v1/teams/{}{}", http::percent_encode(team), rest);
}

std::string member_path(const TeamOptions& options) {
  return team_path(options.team, "/members/" + http::percent_encode(options.user));
}

CommandFailure usage(std::string message, std::string next) {
  return {.code = ExitCode::kUsage, .message = std::move(message), .next = std::move(next)};
}

std::string stores_cell(const json::value& team) {
  const auto* stores = find_at(team, {"quota", "stores"});
  return stores == nullptr ? "-" : json::serialize(*stores);
}

std::string storage_cell(const json::value& team) {
  const auto bytes = int_or(team, {"quota", "storageBytes"}, -1);
  return bytes < 0 ? "-" : bytes_text(static_cast<double>(bytes));
}

std::string plans_cell(const json::value& team) {
  std::string text;
  for (const auto& plan : array_at(team, {"quota", "plans"}))
    if (plan.is_string()) text += (text.empty() ? "" : ",") + to_std(plan.get_string());
  return text.empty() ? "-" : text;
}

std::vector<Column> team_columns() {
  return {text_column("NAME", "name"),
          {"MAX-STORES", stores_cell},
          {"MAX-STORAGE", storage_cell},
          {"PLANS", plans_cell},
          text_column("DISPLAY-NAME", "displayName"),
          text_column("CREATED", "createdAt", Column::Shown::kWide)};
}

void show_team(Session& session, const json::value& team) {
  print(team, team_columns(), session.format, session.environment);
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0 ? std::optional(number)
                                                                                 : std::nullopt;
}

/// One limit of a quota: as it is, none, or a new one.
Outcome<void> set_limit(json::object& quota, std::string_view key, const std::string& text,
                        std::optional<std::int64_t> parsed) {
  if (text.empty()) return {};
  if (text == kNoLimit) {
    quota.erase(key);
    return {};
  }
  if (!parsed)
    return std::unexpected(usage(fmt::format("'{}' is no limit: write a number like {}, or none.", text,
                                             key == "stores" ? "10" : "20Gi"),
                                 "storefleet team update --help"));
  quota[key] = *parsed;
  return {};
}

bool is_about_quota(const TeamOptions& options) {
  return !options.most_stores.empty() || !options.most_storage.empty() || !options.plans.empty();
}

/// The API replaces a quota as a whole: `quota` is the one before.
Outcome<json::object> quota_of(const TeamOptions& options, json::object quota) {
  if (const auto set = set_limit(quota, "stores", options.most_stores, parse_count(options.most_stores));
      !set)
    return std::unexpected(set.error());
  if (const auto set =
          set_limit(quota, "storageBytes", options.most_storage, parse_bytes(options.most_storage));
      !set)
    return std::unexpected(set.error());
  if (options.plans == std::vector<std::string>{"all"})
    quota.erase("plans");
  else if (!options.plans.empty())
    quota["plans"] = json::array(options.plans.begin(), options.plans.end());
  return quota;
}

Outcome<void> list_teams(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto teams = (*api)->get("/api/v1/teams");
  if (!teams) return std::unexpected(teams.error());
  show_team(session, *teams);
  return {};
}

Outcome<void> get_team(Session& session, const std::string& team) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto found = (*api)->get(team_path(team));
  if (!found) return with_next(found.error(), "storefleet team list");
  show_team(session, *found);
  return {};
}

Outcome<void> create_team(Session& session, const TeamOptions& options) {
  json::object body{{"name", options.team}};
  if (!options.display_name.empty()) body["displayName"] = options.display_name;
  auto quota = quota_of(options, {});
  if (!quota) return std::unexpected(quota.error());
  if (!quota->empty()) body["quota"] = *std::move(quota);
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto made = (*api)->send("POST", "/api/v1/teams", std::move(body));
  if (!made) return with_next(made.error(), "storefleet team list");
  show_team(session, *made);
  session.environment.err << "next: storefleet team add-member " << printable(options.team) << " USER\n";
  return {};
}

/// Leaves alone what no option is about.
Outcome<void> update_team(Session& session, const TeamOptions& options) {
  if (options.display_name.empty() && !is_about_quota(options))
    return std::unexpected(usage("Nothing to change was given.", "storefleet team update --help"));
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  json::object body;
  if (!options.display_name.empty()) body["displayName"] = options.display_name;
  if (is_about_quota(options)) {
    const auto team = (*api)->get(team_path(options.team));
    if (!team) return with_next(team.error(), "storefleet team list");
    auto quota = quota_of(options, object_at(*team, {"quota"}));
    if (!quota) return std::unexpected(quota.error());
    body["quota"] = *std::move(quota);
  }
  const auto changed = (*api)->send("PATCH", team_path(options.team), std::move(body));
  if (!changed) return with_next(changed.error(), "storefleet team list");
  show_team(session, *changed);
  return {};
}

Outcome<void> delete_team(Session& session, const TeamOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  if (const auto confirmed =
          confirm(session, {.yes = options.yes,
                            .what = "the team " + options.team,
                            .name = options.team,
                            .next = fmt::format("storefleet team delete {} --yes", options.team)});
      !confirmed)
    return confirmed;
  const auto gone = (*api)->send("DELETE", team_path(options.team));
  if (!gone)
    return with_next(gone.error(), gone.error().code == ExitCode::kConflict
                                       ? fmt::format("storefleet list --team {}", options.team)
                                       : "storefleet team list");
  session.environment.err << "Team " << printable(options.team) << " is gone.\n";
  return {};
}

Outcome<void> list_members(Session& session, const std::string& team) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto members = (*api)->get(team_path(team, "/members"));
  if (!members) return with_next(members.error(), "storefleet team list");
  print(*members, {text_column("USER", "user"), text_column("ROLE", "role")}, session.format,
        session.environment);
  return {};
}

Outcome<void> add_member(Session& session, const TeamOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto member = (*api)->send("PUT", member_path(options), json::object{{"role", options.role}});
  if (!member) return with_next(member.error(), "storefleet team members " + options.team);
  print(*member, {text_column("USER", "user"), text_column("ROLE", "role")}, session.format,
        session.environment);
  return {};
}

Outcome<void> remove_member(Session& session, const TeamOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto gone = (*api)->send("DELETE", member_path(options));
  if (!gone) return with_next(gone.error(), "storefleet team members " + options.team);
  session.environment.err << printable(options.user) << " does not belong to team " << printable(options.team)
                          << " any more.\n";
  return {};
}

void add_quota_options(CLI::App* command, TeamOptions& options) {
  command->add_option("--display-name", options.display_name, "Its name for people");
  command->add_option("--max-stores", options.most_stores, "Most stores that it may have, or none");
  command->add_option("--max-storage", options.most_storage,
                      "Most that its volumes may take together, e.g. 20Gi, or none");
  command->add_option("--plans", options.plans, "Plans that it may use, e.g. small,medium, or all")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
}

}  // namespace

void add_team(Words& words) {
  auto& options = words.keep<TeamOptions>();
  auto* group = words.add_group("team", "Teams, their quotas and members");
  words.add_below(*group, "list", "List teams", [](Session& s) { return list_teams(s); });
  auto* command = words.add_below(*group, "get", "Show a team",
                                  [&options](Session& s) { return get_team(s, options.team); });
  command->add_option("TEAM", options.team)->required();

  command = words.add_below(*group, "create", "Create a team",
                            [&options](Session& s) { return create_team(s, options); });
  command->add_option("NAME", options.team, "a-z, 0-9 and '-'")->required();
  add_quota_options(command, options);

  command = words.add_below(*group, "update", "Change a team's name or quota",
                            [&options](Session& s) { return update_team(s, options); });
  command->add_option("TEAM", options.team)->required();
  add_quota_options(command, options);

  command = words.add_below(*group, "delete", "Delete a team without stores",
                            [&options](Session& s) { return delete_team(s, options); });
  command->add_option("TEAM", options.team)->required();
  command->add_flag("--yes", options.yes, "Do not ask");

  command = words.add_below(*group, "members", "List who belongs to a team",
                            [&options](Session& s) { return list_members(s, options.team); });
  command->add_option("TEAM", options.team)->required();

  command = words.add_below(*group, "add-member", "Take a user into a team, or change the role there",
                            [&options](Session& s) { return add_member(s, options); });
  command->add_option("TEAM", options.team)->required();
  command->add_option("USER", options.user)->required();
  command->add_option("--role", options.role, listed(kTeamRoles))
      ->check(one_of(kTeamRoles))
      ->capture_default_str();

  command = words.add_below(*group, "remove-member", "Take a user out of a team",
                            [&options](Session& s) { return remove_member(s, options); });
  command->add_option("TEAM", options.team)->required();
  command->add_option("USER", options.user)->required();
}

}  // namespace storefleet::cli
