#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/accounts.hpp"
#include "domain/login_throttle.hpp"

namespace storefleet::inline domain {

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

  /// Remembers a device of a user, in place of their oldest where they have twenty.
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

}  // namespace storefleet::inline domain
