#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::inline domain {

/// What one store takes of its team's quota.
struct QuotaClaim {
  std::string store_uid;  // empty: the store is about to be created
  std::string store_name;
  std::string team;
  std::string plan;
  std::int64_t storage_bytes = 0;  // all its volumes together

  bool operator==(const QuotaClaim&) const = default;
};

/// The annotation of a Store with the reservation that its creator made for it.
inline constexpr std::string_view kReservationAnnotation = "storefleet.dev/quota-reservation";

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

/// Whether a store of the team is made although the ledger answered with this error. Those of the default
/// team are, while the database is away: only admins can make any then, and the ledger is rebuilt from what
/// exists. One that is busy or slow is there, and may say no the next time.
bool goes_without_ledger(std::string_view team, const Error& error);

}  // namespace storefleet::inline domain
