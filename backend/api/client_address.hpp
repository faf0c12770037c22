#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/result.hpp"
#include "http/message.hpp"

namespace storefleet::api {

/// The networks whose word about a client's address is taken: those of the ingress controller.
class TrustedProxies {
 public:
  /// Nobody's word is taken.
  TrustedProxies() = default;

  /// From texts like "10.42.0.0/16" and "fd00::/8"; a lone address is a network of one. InvalidArgument names
  /// the text that is neither.
  static Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
  /// False for what is no address.
  [[nodiscard]] bool contains(const std::string& address) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

/// Whose request this is: the peer's address or, from a trusted peer, the rightmost address in
/// X-Forwarded-For that is not a trusted proxy's; what stands left of it anybody may have written. An entry
/// that is no address ends the search at the proxy that passed it on.
std::string client_address(const TrustedProxies& trusted, std::string_view peer,
                           const http::Headers& headers);

/// What one person commands: an IPv4 address, or the first 64 bits of an IPv6 one (RFC 6177), like
/// "2001:db8:1:2::/64". A text that is no address is given back.
std::string address_prefix(std::string_view address);

}  // namespace storefleet::api
