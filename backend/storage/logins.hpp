#pragma once
#include "domain/accounts.hpp"
#include "domain/ports/logins.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// Tokens, sessions, passwords and failed logins in PostgreSQL.
class PostgresLogins : public Logins {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresLogins(Pool& pool) : pool_(pool) {}

  Task<Result<void>> ensure_admin(std::string name, std::string password_hash) override;
  Task<Result<Identified>> by_token(std::string digest) override;
  Task<Result<Identified>> by_session(std::string digest) override;
  Task<Result<Login>> login_of(std::string user_name) override;
  Task<Result<int>> failures(std::string key) override;
  Task<Result<void>> record_failure(std::vector<std::string> keys) override;
  Task<Result<LoginVerdict>> begin_attempt(LoginTry login) override;
  Task<Result<void>> succeed(LoginTry login, TryStanding standing) override;
  Task<Result<void>> remember_device(std::string digest, std::string user_id, TimePoint expires_at) override;
  Task<Result<bool>> knows_device(std::string digest, std::string user_name) override;
  Task<Result<std::vector<AccessChange>>> recent_access_changes() override;
  Task<Result<void>> create_session(std::string digest, std::string user_id, TimePoint expires_at) override;
  Task<Result<void>> delete_session(std::string digest) override;
  Task<Result<int>> delete_sessions(std::string user_id) override;
  Task<Result<std::vector<ApiToken>>> tokens(std::string user_id) override;
  Task<Result<ApiToken>> create_token(ApiToken token, std::string digest) override;
  Task<Result<void>> delete_token(std::string user_id, std::string id) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
