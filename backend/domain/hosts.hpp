#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// Whose a host name is (design 4). Pure: the API asks before it writes a Store, the operator before it
/// claims or serves anything; the admission policy of the platform chart (templates/policy/hosts.yaml) says
/// in CEL what the first half of this says. A name has one spelling here, lower case without a dot at its
/// end, since a HostClaim is named after it: others are refused with the right one instead of being mended,
/// so that `kubectl`, where nothing can mend them, has the same rules.
namespace storefleet::inline domain {

/// The names that the platform keeps for itself: these, every name below them, and the names that they are
/// below, since cookies of those would reach them.
struct PlatformHosts {
  std::string base_domain = "storefleet.localhost";  // stores are <name>.<base domain>
  std::string own_host = {};                         // of dashboard and API; empty: the base domain

  std::vector<std::string> other_hosts = {};  // under which these answer too

  [[nodiscard]] const std::string& host() const { return own_host.empty() ? base_domain : own_host; }
  /// The base domain, host() and the others, each once.
  [[nodiscard]] std::vector<std::string> all() const;
};

/// What a HostClaim of the platform itself says in place of a store's name and UID. No store can be called
/// so.
inline constexpr std::string_view kPlatformClaimName = "storefleet";
inline constexpr std::string_view kPlatformClaimUid = "platform";

/// Who wants a host. A store that is not made yet has no UID.
struct HostClaimant {
  std::string store_uid;
  std::string team;
};

/// A host that a store has.
struct HeldHost {
  std::string host;
  std::string store_uid;
  std::string store_name;
  std::string team;
};

/// "store 'demo'" for readers of its team; "another team's store", "the platform".
std::string owner_of(const HeldHost& held, std::string_view reader_team);

/// Whether `text` is a lower-case DNS name of at least two labels, the last of which begins with a letter:
/// no IP address in any of its forms.
bool is_host_name(std::string_view text);

/// Whether `host` ends with a dot and `domain`.
bool is_below(std::string_view host, std::string_view domain);

/// "shop.example.com" → "com.example.shop.": in that order what is below a name follows it at once, as all
/// that begins with it; and back.
std::string last_label_first(std::string_view host);
std::string first_label_first(std::string_view host);

/// Whether any store could have `host` as a domain of its own. InvalidArgument, with reason InvalidValues
/// where it is no such name and HostConflict where it is the platform's; the message says what to do.
Result<void> check_host(std::string_view host, const PlatformHosts& platform);

/// The same for one store, given what others hold: a name belongs to one store, and the names below and above
/// it to one team, since a page can set cookies for every name that its own is below of. Other teams' stores
/// are not named.
Result<void> check_host(std::string_view host, const PlatformHosts& platform, const HostClaimant& claimant,
                        std::span<const HeldHost> held);

/// The address that a store has by its name alone.
std::string store_host(std::string_view store_name, const PlatformHosts& platform);

/// Whether a store may have that name: validate_store_name, and its address is neither the platform's own
/// host nor one that this is below. InvalidArgument with reason InvalidName.
Result<void> check_store_name(std::string_view store_name, const PlatformHosts& platform);

}  // namespace storefleet::inline domain
