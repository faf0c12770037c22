#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/store_hosts.hpp"
#include "domain/hosts.hpp"
#include "http/message.hpp"

/// What the API says to somebody who came for a shop: the platform's Ingress without a host leads here
/// whoever no other Ingress has a place for. Never the dashboard, a route of the API or a cookie: on a shop's
/// host they would be that shop's to read.
namespace storefleet::api {

/// Its name in logs and metrics.
inline constexpr std::string_view kShopRoute = "(a shop's host)";

/// The host that a request names, in lower case, without port and the dot at its end; empty where there is
/// none. An IPv6 address comes without brackets.
std::string host_of(const http::Headers& headers);

/// Whose a host is, as far as the platform's settings say. Pure.
enum class HostPlace {
  kPlatform,  // the API's, always
  kAny,       // nobody's: the API's unless a store has it
  kShop,      // never the API's
};

/// The platform's hosts, `own_hosts` (its Service's names), names of one part (localhost, the Service), and
/// addresses that only this machine or its network can reach are the platform's: a forwarded port, a node's
/// port, a probe by IP. The base domain and all below are for shops. With `own_hosts` everything else is too;
/// without it is kAny.
HostPlace place_of(std::string_view host, const PlatformHosts& platform,
                   const std::vector<std::string>& own_hosts);

/// 404, or 503 with Retry-After, for no search engine to keep: a page, or a problem for whoever wants JSON.
http::Response shop_response(ShopState state, const http::Request& request, const std::string& request_id);

}  // namespace storefleet::api
