#include "api/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

namespace storefleet::api {
namespace {

namespace ip = boost::asio::ip;

/// IPv4 in IPv6 is IPv4: a proxy that listens on both writes either.
std::optional<ip::address> read_address(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (!address.is_v6()) return address;
  const auto v6 = address.to_v6();
  if (v6.scope_id() != 0) return std::nullopt;
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6);
  return address;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The entries of all X-Forwarded-For fields as one list (RFC 9110, 5.3), the last one first.
std::vector<std::string_view> forwarded_entries(const http::Headers& headers) {
  std::vector<std::string_view> entries;
  for (auto rest : headers.all("X-Forwarded-For")) {
    while (true) {
      const auto end = rest.find(',');
      entries.push_back(trimmed(rest.substr(0, end)));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  std::ranges::reverse(entries);
  return entries;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies trusted;
  for (const auto& text : networks) {
    const auto slash = text.find('/');
    const auto address = read_address(std::string_view(text).substr(0, slash));
    unsigned short most = address && address->is_v6() ? 128 : 32;
    unsigned short length = most;
    bool read = address.has_value();
    if (slash != std::string::npos) {
      const auto* const last = text.data() + text.size();
      const auto [end, error] = std::from_chars(text.data() + slash + 1, last, length);
      read = read && error == std::errc{} && end == last && length <= most;
    }
    if (!read) return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is not a network", text));
    if (address->is_v6())
      trusted.v6_.push_back(ip::make_network_v6(address->to_v6(), length).canonical());
    else
      trusted.v4_.push_back(ip::make_network_v4(address->to_v4(), length).canonical());
  }
  return trusted;
}

bool TrustedProxies::contains(const ip::address& address) const {
  // hosts() leaves out the first and the last address of a network; these count here.
  if (address.is_v4())
    return std::ranges::any_of(v4_, [v4 = address.to_v4()](const ip::network_v4& network) {
      return ip::network_v4(v4, network.prefix_length()).canonical().address() == network.address();
    });
  return std::ranges::any_of(v6_, [v6 = address.to_v6()](const ip::network_v6& network) {
    return ip::network_v6(v6, network.prefix_length()).canonical().address() == network.address();
  });
}

bool TrustedProxies::contains(const std::string& address) const {
  const auto read = read_address(address);
  return read && contains(*read);
}

std::string client_address(const TrustedProxies& trusted, std::string_view peer,
                           const http::Headers& headers) {
  auto found = read_address(peer);
  if (!found) return std::string(peer);
  for (const auto entry : forwarded_entries(headers)) {
    if (!trusted.contains(*found)) break;
    const auto address = read_address(entry);
    if (!address) break;
    found = address;
  }
  return found->to_string();
}

std::string address_prefix(std::string_view address) {
  const auto read = read_address(address);
  if (!read || read->is_v4()) return read ? read->to_string() : std::string(address);
  return ip::make_network_v6(read->to_v6(), 64).canonical().to_string();
}

}  // namespace storefleet::api
