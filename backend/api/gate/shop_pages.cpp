#include "api/gate/shop_pages.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "api/problem.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"

namespace storefleet::api {
namespace {

namespace ip = boost::asio::ip;

/// A shop that is being made or waking takes seconds; one that sleeps is woken by a person.
constexpr int kSoon = 5;
constexpr int kLater = 300;

constexpr std::string_view kStyle =
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}"
    "h1{font-size:1.6rem;font-weight:600}";

/// Nothing of these pages is anybody's input.
struct ShopPage {
  unsigned status;
  int retry_after;  // seconds; 0: trying again is of no use
  std::string_view title;
  std::string_view text;
  ProblemCode code;
};

constexpr ShopPage kNoShop{
    404, 0, "There is no shop at this address",
    "Please check the address. If this is your shop, its owner can see in the platform "
    "which addresses it has.",
    ProblemCode::kNotFound};
constexpr ShopPage kShopAsleep{503, kLater, "This shop is asleep",
                               "It is resting and will be back when its owner wakes it. Nothing is lost.",
                               ProblemCode::kStoreAsleep};
constexpr ShopPage kShopNotThere{503, kSoon, "This shop is on its way",
                                 "It is being prepared or restarted. This page tries again by itself.",
                                 ProblemCode::kStoreNotServing};

const ShopPage& page_of(ShopState state) {
  if (state == ShopState::kNone) return kNoShop;
  return state == ShopState::kAsleep ? kShopAsleep : kShopNotThere;
}

/// A person's browser, or a program that says that it takes anything, gets the page.
bool wants_json(const http::Request& request) {
  const auto accept = request.headers.get("Accept");
  if (accept.contains("text/html")) return false;
  return accept.empty() || accept.contains("json") || request.headers.get("Content-Type").contains("json");
}

std::string html_of(const ShopPage& page) {
  return fmt::format(
      R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
{}<title>{}</title>
<style>{}</style>
<h1>{}</h1>
<p>{}</p>
</html>
)",
      page.retry_after == kSoon ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", kSoon) : "",
      page.title, kStyle, page.title, page.text);
}

std::string content_policy() {
  const auto digest = sha256(kStyle);
  const std::string bytes(digest.begin(), digest.end());
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors "
      "'none'",
      encode_base64(bytes));
}

/// RFC 1918, 6598, 3927, 4193, 4291: what nobody reaches from the internet.
bool is_local(const ip::address& address) {
  if (address.is_loopback()) return true;
  if (address.is_v4()) {
    const auto bits = address.to_v4().to_uint();
    const auto within = [&](std::uint32_t network, int length) {
      return (bits ^ network) >> (32 - length) == 0;
    };
    return within(0x0a000000, 8) || within(0x64400000, 10) || within(0xa9fe0000, 16) ||
           within(0xac100000, 12) || within(0xc0a80000, 16);
  }
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return is_local(ip::make_address_v4(ip::v4_mapped, v6));
  return v6.is_link_local() || (v6.to_bytes()[0] & 0xfe) == 0xfc;
}

}  // namespace

std::string host_of(const http::Headers& headers) {
  std::string host(headers.get("Host"));
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else if (const auto colon = host.rfind(':'); colon != std::string::npos && host.find(':') == colon) {
    host.erase(colon);
  }
  for (auto& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (host.ends_with('.')) host.pop_back();
  return host;
}

HostPlace place_of(std::string_view host, const PlatformHosts& platform,
                   const std::vector<std::string>& own_hosts) {
  const auto among = [&](const std::vector<std::string>& hosts) {
    return std::ranges::find(hosts, host) != hosts.end();
  };
  if (host == platform.host() || among(platform.other_hosts) || among(own_hosts)) return HostPlace::kPlatform;
  if (host == platform.base_domain || is_below(host, platform.base_domain)) return HostPlace::kShop;
  const bool one_part = host.find_first_of(".:") == std::string_view::npos;  // none at all is HTTP/1.0
  if (one_part) return HostPlace::kPlatform;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (!error && is_local(address)) return HostPlace::kPlatform;
  return own_hosts.empty() ? HostPlace::kAny : HostPlace::kShop;
}

http::Response shop_response(ShopState state, const http::Request& request, const std::string& request_id) {
  static const std::string kPolicy = content_policy();
  const auto& page = page_of(state);
  http::Response response;
  if (wants_json(request)) {
    response =
        problem_response({.status = page.status,
                          .code = page.code,
                          .detail = fmt::format("{}.", page.title),
                          .remedy = page.retry_after == 0 ? "Check the host name."
                                                          : "Try again after the time in Retry-After."},
                         request_id);
  } else {
    response = {
        .status = page.status,
        .headers = {{"Content-Type", "text/html; charset=utf-8"}, {"Content-Security-Policy", kPolicy}},
        .body = html_of(page)};
  }
  if (page.retry_after != 0) response.headers.set("Retry-After", std::to_string(page.retry_after));
  response.headers.set("X-Robots-Tag", "noindex");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace storefleet::api
