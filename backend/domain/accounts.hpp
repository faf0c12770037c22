#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/login_throttle.hpp"
#include "domain/store.hpp"

/// Who may do what (design 2): users, teams, memberships, tokens and sessions, and the record of what was
/// done.
namespace storefleet::inline domain {

enum class PlatformRole { kUser, kAdmin };
enum class TeamRole { kViewer, kMember, kOwner };
/// What a token may at most do: read, change stores, or everything that its user may.
enum class TokenScope { kRead, kWrite, kFull };

std::string_view to_string(PlatformRole role);
std::string_view to_string(TeamRole role);
std::string_view to_string(TokenScope scope);
std::optional<PlatformRole> parse_platform_role(std::string_view text);
std::optional<TeamRole> parse_team_role(std::string_view text);
std::optional<TokenScope> parse_token_scope(std::string_view text);

struct User {
  std::string id;
  std::string name;  // what one logs in with; unique, lower case
  std::string email;
  PlatformRole role = PlatformRole::kUser;
  bool disabled = false;
  TimePoint created_at;
};

/// What shall become of a user; what is not set stays as it is.
struct UserChange {
  std::optional<std::string> email = std::nullopt;
  std::optional<PlatformRole> role = std::nullopt;
  std::optional<bool> disabled = std::nullopt;
  std::string password_hash = {};  // empty: stays
  bool revoke_tokens = false;      // all API tokens, in the same transaction
};

/// What the stores of a team may take together; nothing set means no limit.
struct TeamQuota {
  std::optional<std::int64_t> stores;
  std::optional<std::int64_t> storage_bytes;
  std::vector<std::string> plans;  // allowed ones; empty: all

  bool operator==(const TeamQuota&) const = default;
};

/// What they take: of stores that exist, or are about to be created.
struct TeamUsage {
  std::int64_t stores = 0;
  std::int64_t storage_bytes = 0;
};

struct Team {
  std::string name;  // DNS label, as in Store spec.team
  std::string display_name;
  TeamQuota quota;
  TimePoint created_at;
  TeamUsage usage = {};  // as read; not written
};

/// What shall become of a team; what is not set stays as it is.
struct TeamChange {
  std::optional<std::string> display_name;
  std::optional<TeamQuota> quota;
};

struct Member {
  std::string user_id;
  std::string user_name;
  TeamRole role = TeamRole::kViewer;
};

struct ApiToken {
  std::string id;
  std::string user_id;
  std::string name;
  TokenScope scope = TokenScope::kRead;
  TimePoint created_at;
  std::optional<TimePoint> expires_at;
  std::optional<TimePoint> last_used_at;
};

/// A user with everything that decides about a request, as found by a token or a session.
struct Identified {
  User user;
  std::map<std::string, TeamRole> teams;
  TokenScope scope = TokenScope::kFull;
  std::set<std::string> team_ids = {};  // of the same teams: a name may be another team's later
  std::optional<TimePoint> expires_at = std::nullopt;  // of the token or session
};

/// Somebody may have lost, or got, some access: ask anew what they may. `id` is never given twice.
struct AccessChange {
  std::int64_t id = 0;
  std::string user_id;
};

/// One line of the audit log. `details` never holds a secret.
struct AuditEntry {
  std::int64_t id = 0;
  TimePoint at;
  std::string actor;    // user name; "anonymous" where a login fails for a name that nobody has
  std::string via;      // bootstrap, session, token; of a login: password or oidc
  std::string action;   // e.g. store.create, credentials.read, session.create
  std::string subject;  // e.g. store/demo
  std::string team;     // empty: none
  bool succeeded = true;
  std::string request_id;
  std::string address;
  json::object details;
};

struct AuditQuery {
  TeamFilter teams;
  std::string actor;
  std::string action;
  std::int64_t before = 0;  // only older ids; 0: from the newest
  std::size_t limit = 100;
};

// The ports below keep digests (SHA-256) and Argon2id hashes, never secrets as they are. Errors: NotFound,
// AlreadyExists, Conflict, and Unavailable while the database is away.

}  // namespace storefleet::inline domain
