#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/quota.hpp"

namespace storefleet::inline domain {

/// Who has how much of which team's quota (design 11.3). What is refused is Forbidden with reason
/// TeamQuotaExceeded; a team that does not exist is NotFound with reason UnknownTeam; Unavailable while the
/// database is away, DeadlineExceeded where it only takes too long. Calls of one team wait for each other, so
/// that no two take the same place.
class QuotaLedger {
 public:
  virtual ~QuotaLedger() = default;

  /// Keeps a place for a store that is about to be created, for ten minutes; returns its id.
  virtual Task<Result<std::string>> reserve(QuotaClaim claim) = 0;
  /// Gives a reserved place back that no store has made its own. Ok where there is none.
  virtual Task<Result<void>> cancel(std::string reservation) = 0;
  /// Whether reserve, or admit of a store that has a place already, would succeed now; changes nothing.
  virtual Task<Result<void>> check(QuotaClaim claim) = 0;
  /// Makes a place the store's own: the reserved one, the one that it has, or a new one. A store that has one
  /// may always take less.
  virtual Task<Result<void>> admit(QuotaClaim claim, std::string reservation) = 0;
  /// The store is gone. Ok where it had no place.
  virtual Task<Result<void>> release(std::string store_uid) = 0;
  /// Makes the ledger hold these stores whatever the quotas say, and no other ones but those admitted within
  /// the last minute and those that are about to be created.
  virtual Task<Result<void>> rebuild(std::vector<QuotaClaim> claims) = 0;
};

}  // namespace storefleet::inline domain
