#include "engines/egress.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace storefleet::engines {
namespace {

namespace ip = boost::asio::ip;

constexpr std::array kBlocked = std::to_array<BlockedRange>({
    {"0.0.0.0/8", "this host: Linux connects to itself (RFC 1122)"},
    {"10.0.0.0/8", "private: pods, Services, nodes (RFC 1918)"},
    {"100.64.0.0/10", "shared address space: clouds' internal services, overlay networks (RFC 6598)"},
    {"127.0.0.0/8", "loopback"},
    {"168.63.129.16/32", "Azure's host agent: the virtual machine's secrets, from a public address"},
    {"169.254.0.0/16",
     "link-local: clouds' metadata with the node's credentials, NodeLocal DNSCache (RFC 3927)"},
    {"172.16.0.0/12", "private (RFC 1918)"},
    {"192.0.0.0/24", "protocol assignments; Oracle's metadata is at 192.0.0.192 (RFC 6890)"},
    {"192.0.2.0/24", "documentation: nobody's, so whatever a network does with it (RFC 5737)"},
    {"192.88.99.0/24", "relays from 6to4, deprecated (RFC 7526)"},
    {"192.168.0.0/16", "private (RFC 1918)"},
    {"198.18.0.0/15", "benchmarks; used as private addresses by appliances (RFC 2544)"},
    {"198.51.100.0/24", "documentation (RFC 5737)"},
    {"203.0.113.0/24", "documentation (RFC 5737)"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved and broadcast; some networks use it as private"},
    // :: and ::1, IPv4 in IPv6's clothes (::ffff:0:0/96, which a policy may not name, and ::/96), and NAT64,
    // which would lead to every IPv4 range above (64:ff9b::/96 and 64:ff9b:1::/48).
    {"::/8", "unspecified, loopback, IPv4-mapped, NAT64 (RFC 4291, 6052, 8215)"},
    {"100::/64", "discarded (RFC 6666)"},
    {"2001::/32", "Teredo: carries IPv4 addresses (RFC 4380)"},
    {"2001:db8::/32", "documentation (RFC 3849)"},
    {"2002::/16", "6to4: carries IPv4 addresses (RFC 3056)"},
    {"fc00::/7", "unique local: private, AWS' metadata at fd00:ec2::254 (RFC 4193)"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local, deprecated but routed by some (RFC 3879)"},
    {"ff00::/8", "multicast"},
});

using Network = std::variant<ip::network_v4, ip::network_v6>;

std::optional<Network> parse_network(std::string_view cidr) {
  boost::system::error_code no_v4;
  const auto v4 = ip::make_network_v4(std::string(cidr), no_v4);
  if (!no_v4) return v4.canonical();
  boost::system::error_code no_v6;
  const auto v6 = ip::make_network_v6(std::string(cidr), no_v6);
  if (!no_v6) return v6.canonical();
  return std::nullopt;
}

bool same_or_within(const Network& inner, const Network& outer) {
  if (const auto *a = std::get_if<ip::network_v4>(&inner), *b = std::get_if<ip::network_v4>(&outer); a && b)
    return *a == *b || a->is_subnet_of(*b);
  if (const auto *a = std::get_if<ip::network_v6>(&inner), *b = std::get_if<ip::network_v6>(&outer); a && b)
    return *a == *b || a->is_subnet_of(*b);
  return false;
}

bool is_v6(std::string_view cidr) {
  return cidr.find(':') != std::string_view::npos;
}

/// Fixed and added ranges of one family. A range within another one is left out: some enforcers do not bear
/// overlaps.
json::array exceptions(const json::array& added, bool v6) {
  std::vector<std::string> all;
  for (const auto& range : kBlocked)
    if (is_v6(range.cidr) == v6) all.emplace_back(range.cidr);
  for (const auto& cidr : added)
    if (cidr.is_string() && is_v6(cidr.get_string()) == v6) all.push_back(to_std(cidr.get_string()));
  json::array kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto network = parse_network(all[i]);
    bool covered = false;
    for (std::size_t j = 0; network && j < all.size() && !covered; ++j) {
      const auto other = parse_network(all[j]);
      // Of two that are equal the first one stays.
      covered = j != i && other && same_or_within(*network, *other) && (*network != *other || j < i);
    }
    if (!covered) kept.push_back(json::string(all[i]));
  }
  return kept;
}

json::object ports(std::string_view protocol, int first, int last) {
  return {{"protocol", protocol}, {"port", first}, {"endPort", last}};
}

}  // namespace

std::span<const BlockedRange> blocked_ranges() {
  return kBlocked;
}

json::array internet_egress(const PlatformSettings& settings) {
  json::object internet{
      {"to",
       json::array{
           json::object{
               {"ipBlock", {{"cidr", "0.0.0.0/0"}, {"except", exceptions(settings.blocked_egress, false)}}}},
           json::object{
               {"ipBlock", {{"cidr", "::/0"}, {"except", exceptions(settings.blocked_egress, true)}}}}}}};
  // A shop that was broken into sends spam on port 25 and gets the whole cluster's address listed. Mail is
  // handed in on 465 or 587.
  if (!settings.allow_smtp)
    internet["ports"] = json::array{ports("TCP", 1, 24), ports("TCP", 26, 65535), ports("UDP", 1, 65535)};
  json::array rules{std::move(internet)};
  json::array allowed;
  for (const auto& cidr : settings.allowed_egress) allowed.push_back({{"ipBlock", {{"cidr", cidr}}}});
  if (!allowed.empty()) rules.push_back(json::object{{"to", std::move(allowed)}});
  return rules;
}

bool covers(std::string_view cidr, std::string_view address) {
  const auto network = parse_network(cidr);
  const auto host = parse_network(std::string(address) + (is_v6(address) ? "/128" : "/32"));
  return network && host && same_or_within(*host, *network);
}

}  // namespace storefleet::engines
