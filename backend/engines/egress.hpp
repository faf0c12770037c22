#pragma once
#include <span>
#include <string_view>

#include "base/json.hpp"
#include "engines/settings.hpp"

/// Where a store's pods may connect to besides DNS and their own database: the public internet, and of that
/// not the port on which mail servers talk to each other.
namespace storefleet::engines {

/// Addresses that are not the public internet, or are not what they look like.
struct BlockedRange {
  std::string_view cidr;
  std::string_view why;
};

/// What no store may reach, whatever the values say; those add to it (network.blockedEgress) and make
/// exceptions (network.allowedEgress). From IANA's registries of special-purpose addresses, and what clouds
/// add to them.
std::span<const BlockedRange> blocked_ranges();

/// The `egress` rules of a NetworkPolicy. Pure.
json::array internet_egress(const PlatformSettings& settings);

/// Whether an address, in IPv4 or IPv6, is within a network; false where one of them is none.
bool covers(std::string_view cidr, std::string_view address);

}  // namespace storefleet::engines
