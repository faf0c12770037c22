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

/// Somebody may have lost, or got, some access: ask anew what he may. `id` is never given twice.
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

/// Who stands behind a token, a session or a password.
class Logins {
 public:
  virtual ~Logins() = default;

  /// Makes this admin where there is no admin yet; a later start with another hash changes nothing.
  virtual Task<Result<void>> ensure_admin(std::string name, std::string password_hash) = 0;

  /// NotFound for what is unknown, expired, or of a disabled user.
  virtual Task<Result<Identified>> by_token(std::string digest) = 0;
  virtual Task<Result<Identified>> by_session(std::string digest) = 0;

  struct Login {
    std::string user_id;
    std::string password_hash;
  };
  /// NotFound for unknown and disabled users, and for those without a password.
  virtual Task<Result<Login>> login_of(std::string user_name) = 0;

  /// Failures under a key within the last 15 minutes, at most as many as any limit asks for.
  virtual Task<Result<int>> failures(std::string key) = 0;
  virtual Task<Result<void>> record_failure(std::vector<std::string> keys) = 0;

  /// Judges a try by what failed before (judge_login) and counts an allowed one as failed before it is known:
  /// of tries at the same moment none slips through.
  virtual Task<Result<LoginVerdict>> begin_attempt(LoginTry login) = 0;
  /// The try was none: forgets the failures of its pair or trusted place, and this one of the others.
  virtual Task<Result<void>> succeed(LoginTry login, TryStanding standing) = 0;

  /// Remembers a device of a user, in place of his oldest where he has twenty.
  virtual Task<Result<void>> remember_device(std::string digest, std::string user_id,
                                             TimePoint expires_at) = 0;
  /// Whether the user of that name has that device.
  virtual Task<Result<bool>> knows_device(std::string digest, std::string user_name) = 0;

  /// Those of the last half minute, in any order: a transaction may have become visible late.
  virtual Task<Result<std::vector<AccessChange>>> recent_access_changes() = 0;

  virtual Task<Result<void>> create_session(std::string digest, std::string user_id,
                                            TimePoint expires_at) = 0;
  virtual Task<Result<void>> delete_session(std::string digest) = 0;
  /// Log-out everywhere; how many it were.
  virtual Task<Result<int>> delete_sessions(std::string user_id) = 0;

  virtual Task<Result<std::vector<ApiToken>>> tokens(std::string user_id) = 0;
  virtual Task<Result<ApiToken>> create_token(ApiToken token, std::string digest) = 0;
  virtual Task<Result<void>> delete_token(std::string user_id, std::string id) = 0;
};

/// Users, teams and who belongs to which.
class Directory {
 public:
  virtual ~Directory() = default;

  virtual Task<Result<std::vector<User>>> users() = 0;
  virtual Task<Result<User>> user(std::string name) = 0;
  virtual Task<Result<User>> create_user(User user, std::string password_hash) = 0;
  /// A new password and a disabled user end all sessions. Conflict where no admin would be left.
  virtual Task<Result<User>> update_user(std::string name, UserChange change) = 0;
  virtual Task<Result<void>> delete_user(std::string name) = 0;

  virtual Task<Result<std::vector<Team>>> teams() = 0;
  virtual Task<Result<Team>> team(std::string name) = 0;
  virtual Task<Result<Team>> create_team(Team team) = 0;
  virtual Task<Result<Team>> update_team(std::string name, TeamChange change) = 0;
  virtual Task<Result<void>> delete_team(std::string name) = 0;

  /// NotFound where there is no such team.
  virtual Task<Result<std::vector<Member>>> members(std::string team) = 0;
  /// NotFound where there is no such team or user.
  virtual Task<Result<void>> set_member(std::string team, std::string user_name, TeamRole role) = 0;
  virtual Task<Result<void>> remove_member(std::string team, std::string user_name) = 0;
};

/// What was done, by whom, from where. An entry is completed once, and never changed afterwards.
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual Task<Result<void>> record(AuditEntry entry) = 0;
  /// Records that something is about to be done, with what is known of it; its id. The entry says that the
  /// outcome is unknown until complete() has said it.
  virtual Task<Result<std::int64_t>> begin(AuditEntry entry) = 0;
  /// Takes back an entry that was begun: nothing was done.
  virtual Task<Result<void>> withdraw(std::int64_t id) = 0;
  /// How it ended: actor, subject, team, success and details of that entry.
  virtual Task<Result<void>> complete(std::int64_t id, AuditEntry entry) = 0;
  /// Newest first.
  virtual Task<Result<std::vector<AuditEntry>>> entries(AuditQuery query) = 0;
  /// Deletes entries from before that time, oldest first, at most `batch`; how many it were.
  virtual Task<Result<std::size_t>> prune(TimePoint older_than, std::size_t batch) = 0;
};

}  // namespace storefleet::inline domain
