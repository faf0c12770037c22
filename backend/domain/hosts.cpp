#include "domain/hosts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <libpsl.h>

#include "domain/store.hpp"

namespace storefleet::inline domain {
namespace {

constexpr std::size_t kLongestHost = 253;  // RFC 1035 without the last dot; also of a Kubernetes name
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kShortestHost = 4;

/// What never leads to an ingress controller: names inside a cluster (kubernetes.default.svc), of reverse
/// look-ups, and that RFC 6761 and 7686 keep out of DNS. `localhost` itself has too few parts; names below it
/// are what a laptop has for domains of its own.
constexpr std::array<std::string_view, 6> kNowhere = {"svc",  "cluster.local", "localdomain",
                                                      "arpa", "invalid",       "onion"};

/// Names that registries and hosting services give away below (publicsuffix.org, as of the library's
/// release): whoever had one would keep all others from their domains.
bool is_public_suffix(std::string_view host) {
  return psl_is_public_suffix2(psl_builtin(), std::string(host).c_str(),
                               PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_label_character(char c) {
  return is_lower(c) || (c >= '0' && c <= '9') || c == '-';
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// For messages: whatever was sent, as short printable ASCII.
std::string shown(std::string_view host) {
  constexpr std::size_t kMost = 80;
  std::string text(host.substr(0, kMost));
  for (auto& c : text)
    if (c < ' ' || c > '~') c = '?';
  return host.size() > kMost ? text + "…" : text;
}

std::unexpected<Error> refuse(std::string_view host, std::string_view why,
                              Reason reason = Reason::kInvalidValues) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("'{}' cannot be a domain of a store: {}.", shown(host), why), reason);
}

/// What is wrong with one label; empty where nothing is.
std::string_view label_fault(std::string_view label) {
  if (label.empty()) return "there is nothing between two of its dots, or before the first";
  if (label.size() > kLongestLabel) return "a part between dots has more than 63 characters";
  if (!std::ranges::all_of(label, is_label_character)) return "only a-z, 0-9, '-' and dots are allowed";
  if (label.front() == '-' || label.back() == '-') return "a part begins or ends with '-'";
  return {};
}

/// What is wrong with a name in the one spelling that is allowed; empty where nothing is.
std::string_view name_fault(std::string_view host) {
  if (host.size() > kLongestHost) return "it has more than 253 characters";
  std::size_t labels = 0;
  std::string_view last;
  for (auto rest = host;;) {
    const auto end = std::min(rest.find('.'), rest.size());
    last = rest.substr(0, end);
    if (const auto fault = label_fault(last); !fault.empty()) return fault;
    ++labels;
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  if (labels < 2) return "it has one part only; give a full name like shop.example.com";
  // Resolvers and browsers read what ends in a number, in any base, as an IPv4 address.
  if (!is_lower(last.front()))
    return "its last part does not begin with a letter, as in an IP address; shops are told apart by name";
  return {};
}

/// What people write instead of such a name, with what to write; empty where it is none of these.
std::string spelling_fault(std::string_view host) {
  const auto has = [&](std::string_view any) { return host.find_first_of(any) != std::string_view::npos; };
  if (host.empty()) return "it is empty";
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return "DNS has letters beyond a-z in another form (Punycode) that begins with xn--, like "
           "xn--bcher-kva.example; give the name in that form";
  if (has(":/[]@")) return "give the name alone, without scheme, port or path, and no IP address";
  if (has("*")) return "a wildcard would be every name below it; list the names that the store has";
  if (host.ends_with('.'))
    return fmt::format("leave out the dot at its end ({})", shown(host.substr(0, host.size() - 1)));
  if (const auto lower = lowered(host); lower != host)
    return fmt::format("write it in lower case ({})", shown(lower));
  return {};
}

/// The name for whose sake the platform keeps `host` for itself; empty where it does not.
std::string kept_name(std::string_view host, const PlatformHosts& platform) {
  for (const auto& kept : platform.all())
    if (host == kept || is_below(host, kept) || is_below(kept, host)) return kept;
  return {};
}

}  // namespace

std::vector<std::string> PlatformHosts::all() const {
  std::vector<std::string> hosts{base_domain};
  const auto add = [&](const std::string& host) {
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  };
  add(host());
  for (const auto& other : other_hosts) add(other);
  return hosts;
}

std::string owner_of(const HeldHost& held, std::string_view reader_team) {
  if (held.store_uid == kPlatformClaimUid) return "the platform";
  return held.team == reader_team ? fmt::format("store '{}'", held.store_name) : "another team's store";
}

bool is_host_name(std::string_view text) {
  return name_fault(text).empty();
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() + 1 && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

std::string last_label_first(std::string_view host) {
  std::string result;
  while (!host.empty()) {
    const auto dot = host.rfind('.');
    result.append(host.substr(dot + 1)).push_back('.');
    host = host.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  return result;
}

std::string first_label_first(std::string_view host) {
  auto result = last_label_first(host.substr(0, host.empty() ? 0 : host.size() - 1));
  if (!result.empty()) result.pop_back();
  return result;
}

Result<void> check_host(std::string_view host, const PlatformHosts& platform) {
  if (const auto fault = spelling_fault(host); !fault.empty()) return refuse(host, fault);
  if (const auto fault = name_fault(host); !fault.empty()) return refuse(host, fault);
  if (host.size() < kShortestHost) return refuse(host, "it is too short for a domain");
  for (const auto domain : kNowhere)
    if (host == domain || is_below(host, domain))
      return refuse(host, fmt::format("names under '{}' lead to no shop from outside", domain));
  if (is_public_suffix(host)) return refuse(host, "domains of many owners are below it; name your own");
  const auto kept = kept_name(host, platform);
  if (kept.empty()) return {};
  return refuse(host,
                fmt::format("{} and the names below and above it belong to the platform; a store has "
                            "<name>.{} by its own name, other hosts must be domains of yours",
                            kept, platform.base_domain),
                Reason::kHostConflict);
}

Result<void> check_host(std::string_view host, const PlatformHosts& platform, const HostClaimant& claimant,
                        std::span<const HeldHost> held) {
  if (auto checked = check_host(host, platform); !checked) return checked;
  for (const auto& other : held) {
    if (!claimant.store_uid.empty() && other.store_uid == claimant.store_uid) continue;
    if (other.host == host)
      return refuse(host, fmt::format("it belongs to {}", owner_of(other, claimant.team)),
                    Reason::kHostConflict);
    const bool related = is_below(host, other.host) || is_below(other.host, host);
    if (related && other.team != claimant.team)
      return refuse(
          host,
          fmt::format("a name {} it belongs to {}, and the two could set each other's cookies",
                      is_below(host, other.host) ? "above" : "below", owner_of(other, claimant.team)),
          Reason::kHostConflict);
  }
  return {};
}

std::string store_host(std::string_view store_name, const PlatformHosts& platform) {
  return fmt::format("{}.{}", store_name, platform.base_domain);
}

Result<void> check_store_name(std::string_view store_name, const PlatformHosts& platform) {
  if (auto valid = validate_store_name(store_name); !valid) return valid;
  const auto address = store_host(store_name, platform);
  const auto hosts = platform.all();
  const bool taken = std::ranges::any_of(
      hosts, [&](const auto& host) { return host == address || is_below(host, address); });
  if (!taken) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("'{}' cannot be a store's name: its address would be the platform's own, or one "
                          "above it. Choose another name.",
                          store_name),
              Reason::kInvalidName);
}

}  // namespace storefleet::inline domain
