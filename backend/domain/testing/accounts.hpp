#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/accounts.hpp"
#include "domain/ports/audit_log.hpp"
#include "domain/ports/directory.hpp"
#include "domain/ports/logins.hpp"

namespace storefleet::inline domain {

/// The ports of accounts in memory, for tests of the API: what a test puts in is what comes out.
class MemoryLogins : public Logins {
 public:
  Task<Result<void>> ensure_admin(std::string, std::string) override { co_return Result<void>{}; }
  Task<Result<Identified>> by_token(std::string digest) override { co_return find(by_tokens, digest); }
  Task<Result<Identified>> by_session(std::string digest) override { co_return find(by_sessions, digest); }
  Task<Result<Login>> login_of(std::string user_name) override {
    const auto found = logins.find(user_name);
    if (found == logins.end()) co_return fail(ErrorCode::kNotFound, "no such user");
    co_return found->second;
  }
  Task<Result<int>> failures(std::string key) override { co_return static_cast<int>(failed[key].size()); }
  Task<Result<void>> record_failure(std::vector<std::string> keys) override {
    for (const auto& key : keys) fail_now(key);
    co_return Result<void>{};
  }
  Task<Result<LoginVerdict>> begin_attempt(LoginTry login) override {
    const auto keys = keys_of(login);
    const auto verdict = judge_login(keys,
                                     {.name = failed[keys.name],
                                      .address = failed[keys.address],
                                      .pair = failed[keys.pair],
                                      .trusted = failed[keys.trusted]},
                                     now);
    if (verdict.allowed)
      for (const auto& key : counted_keys(keys, verdict.standing)) fail_now(key);
    co_return verdict;
  }
  Task<Result<void>> succeed(LoginTry login, TryStanding standing) override {
    const auto keys = keys_of(login);
    const bool trusted = standing == TryStanding::kTrusted;
    failed.erase(trusted ? keys.trusted : keys.pair);
    if (!trusted) forget_newest(keys.address);
    forget_newest(keys.name);
    co_return Result<void>{};
  }
  Task<Result<void>> remember_device(std::string digest, std::string user_id, TimePoint) override {
    devices[digest] = user_id;
    co_return Result<void>{};
  }
  Task<Result<bool>> knows_device(std::string digest, std::string user_name) override {
    const auto found = devices.find(digest);
    co_return found != devices.end() && people.at(found->second).user.name == user_name;
  }
  Task<Result<std::vector<AccessChange>>> recent_access_changes() override {
    if (away) co_return std::unexpected(*away);
    co_return changes;
  }
  Task<Result<void>> create_session(std::string digest, std::string user_id, TimePoint) override {
    by_sessions[digest] = people.at(user_id);
    co_return Result<void>{};
  }
  Task<Result<void>> delete_session(std::string digest) override {
    by_sessions.erase(digest);
    co_return Result<void>{};
  }
  Task<Result<int>> delete_sessions(std::string user_id) override {
    co_return static_cast<int>(
        std::erase_if(by_sessions, [&](const auto& entry) { return entry.second.user.id == user_id; }));
  }
  Task<Result<std::vector<ApiToken>>> tokens(std::string user_id) override {
    auto mine = kept;
    std::erase_if(mine, [&](const ApiToken& token) { return token.user_id != user_id; });
    co_return mine;
  }
  Task<Result<ApiToken>> create_token(ApiToken token, std::string digest) override {
    token.id = "token-" + std::to_string(kept.size() + 1);
    token.created_at = parse_time("2026-11-24T11:15:00Z").value();
    kept.push_back(token);
    by_tokens[digest] = people.at(token.user_id);
    by_tokens[digest].scope = token.scope;
    co_return token;
  }
  Task<Result<void>> delete_token(std::string user_id, std::string id) override {
    const auto removed = std::erase_if(
        kept, [&](const ApiToken& token) { return token.user_id == user_id && token.id == id; });
    if (removed == 0) co_return fail(ErrorCode::kNotFound, "There is no such token.");
    co_return Result<void>{};
  }

  std::map<std::string, Identified> people;  // by user id
  std::map<std::string, Identified> by_tokens;
  std::map<std::string, Identified> by_sessions;
  std::map<std::string, Login> logins;
  std::map<std::string, std::vector<TimePoint>> failed;  // newest first
  TimePoint now = parse_time("2026-11-24T11:15:00Z").value();
  std::map<std::string, std::string> devices;  // digest → user id
  std::vector<AccessChange> changes;
  std::optional<Error> away;  // the database, for those who ask for changes
  std::vector<ApiToken> kept;

 private:
  void fail_now(const std::string& key) { failed[key].insert(failed[key].begin(), now); }
  void forget_newest(const std::string& key) {
    if (!failed[key].empty()) failed[key].erase(failed[key].begin());
  }
  static Result<Identified> find(const std::map<std::string, Identified>& entries,
                                 const std::string& digest) {
    const auto found = entries.find(digest);
    if (found == entries.end()) return fail(ErrorCode::kNotFound, "unknown");
    return found->second;
  }
};

class MemoryDirectory : public Directory {
 public:
  Task<Result<std::vector<User>>> users() override {
    std::vector<User> users;
    users.reserve(people.size());
    for (const auto& [name, user] : people) users.push_back(user);
    co_return users;
  }
  Task<Result<User>> user(std::string name) override {
    const auto found = people.find(name);
    if (found == people.end()) co_return fail(ErrorCode::kNotFound, "There is no such user.");
    co_return found->second;
  }
  Task<Result<User>> create_user(User user, std::string) override {
    if (people.contains(user.name)) co_return fail(ErrorCode::kAlreadyExists, "That name is taken.");
    user.created_at = parse_time("2026-11-24T11:15:00Z").value();
    people[user.name] = user;
    co_return user;
  }
  Task<Result<User>> update_user(std::string name, UserChange change) override {
    const auto found = people.find(name);
    if (found == people.end()) co_return fail(ErrorCode::kNotFound, "There is no such user.");
    auto& user = found->second;
    user.email = change.email.value_or(user.email);
    user.role = change.role.value_or(user.role);
    user.disabled = change.disabled.value_or(user.disabled);
    if (change.revoke_tokens && revoke_tokens) revoke_tokens(user.id);
    co_return user;
  }
  Task<Result<void>> delete_user(std::string name) override {
    if (people.erase(name) == 0) co_return fail(ErrorCode::kNotFound, "There is no such user.");
    co_return Result<void>{};
  }
  Task<Result<std::vector<Team>>> teams() override {
    std::vector<Team> teams;
    teams.reserve(groups.size());
    for (const auto& [name, team] : groups) teams.push_back(team);
    co_return teams;
  }
  Task<Result<Team>> team(std::string name) override {
    const auto found = groups.find(name);
    if (found == groups.end()) co_return fail(ErrorCode::kNotFound, "There is no team of that name.");
    co_return found->second;
  }
  Task<Result<Team>> create_team(Team team) override {
    if (groups.contains(team.name)) co_return fail(ErrorCode::kAlreadyExists, "That name is taken.");
    team.created_at = parse_time("2026-11-24T11:15:00Z").value();
    groups[team.name] = team;
    co_return team;
  }
  Task<Result<Team>> update_team(std::string name, TeamChange change) override {
    const auto found = groups.find(name);
    if (found == groups.end()) co_return fail(ErrorCode::kNotFound, "There is no team of that name.");
    auto& team = found->second;
    team.display_name = change.display_name.value_or(team.display_name);
    team.quota = change.quota.value_or(team.quota);
    co_return team;
  }
  Task<Result<void>> delete_team(std::string name) override {
    if (groups.erase(name) == 0) co_return fail(ErrorCode::kNotFound, "There is no team of that name.");
    co_return Result<void>{};
  }
  Task<Result<std::vector<Member>>> members(std::string team) override { co_return in_teams[team]; }
  Task<Result<void>> set_member(std::string team, std::string user_name, TeamRole role) override {
    if (!people.contains(user_name)) co_return fail(ErrorCode::kNotFound, "There is no such user.");
    in_teams[team].push_back({.user_id = user_name, .user_name = user_name, .role = role});
    co_return Result<void>{};
  }
  Task<Result<void>> remove_member(std::string team, std::string user_name) override {
    const auto removed =
        std::erase_if(in_teams[team], [&](const Member& m) { return m.user_name == user_name; });
    if (removed == 0) co_return fail(ErrorCode::kNotFound, "That is no member.");
    co_return Result<void>{};
  }

  std::function<void(const std::string& user_id)> revoke_tokens;  // set by who has the tokens
  std::map<std::string, User> people;
  std::map<std::string, Team> groups;
  std::map<std::string, std::vector<Member>> in_teams;
};

class MemoryAuditLog : public AuditLog {
 public:
  Task<Result<void>> record(AuditEntry entry) override {
    if (failure) co_return std::unexpected(*failure);
    entry.id = static_cast<std::int64_t>(kept.size()) + 1;
    kept.push_back(std::move(entry));
    co_return Result<void>{};
  }
  Task<Result<std::int64_t>> begin(AuditEntry entry) override {
    if (failure) co_return std::unexpected(*failure);
    entry.id = static_cast<std::int64_t>(kept.size()) + 1;
    entry.details["outcome"] = "unknown";
    kept.push_back(std::move(entry));
    co_return kept.back().id;
  }
  Task<Result<void>> withdraw(std::int64_t id) override {
    if (static_cast<std::size_t>(id) == kept.size()) kept.pop_back();
    co_return Result<void>{};
  }
  Task<Result<void>> complete(std::int64_t id, AuditEntry entry) override {
    if (failure || failure_of_completion)
      co_return std::unexpected(failure ? *failure : *failure_of_completion);
    entry.id = id;
    kept[static_cast<std::size_t>(id) - 1] = std::move(entry);
    co_return Result<void>{};
  }
  Task<Result<std::vector<AuditEntry>>> entries(AuditQuery query) override {
    std::vector<AuditEntry> found;
    for (auto it = kept.rbegin(); it != kept.rend(); ++it)
      if (!query.teams || std::ranges::find(*query.teams, it->team) != query.teams->end())
        found.push_back(*it);
    co_return found;
  }
  Task<Result<std::size_t>> prune(TimePoint, std::size_t) override { co_return 0; }

  std::vector<AuditEntry> kept;
  std::optional<Error> failure;                // of everything
  std::optional<Error> failure_of_completion;  // of that alone
};

}  // namespace storefleet::inline domain
