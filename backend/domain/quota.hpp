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

/// Whether a store of the team is made although the ledger answered with this error. Those of the default
/// team are, while the database is away: only admins can make any then, and the ledger is rebuilt from what
/// exists. One that is busy or slow is there, and may say no the next time.
bool goes_without_ledger(std::string_view team, const Error& error);

}  // namespace storefleet::inline domain
