#pragma once
#include "domain/identities.hpp"
#include "domain/ports/identities.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// Identities of users in PostgreSQL.
class PostgresIdentities : public Identities {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresIdentities(Pool& pool) : pool_(pool) {}

  Task<Result<User>> user_of(ExternalIdentity identity) override;
  Task<Result<User>> create_user(ExternalIdentity identity, NewcomerAccount account) override;
  Task<Result<void>> link(ExternalIdentity identity, std::string user_name) override;
  Task<Result<void>> unlink(std::string issuer, std::string user_name) override;
  Task<Result<User>> set_role(std::string user_id, PlatformRole role) override;
  Task<Result<bool>> use_once(std::string digest, TimePoint expires_at) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
