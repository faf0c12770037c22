#include "oidc/config.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "http/client.hpp"

namespace storefleet::oidc {
namespace {

bool is_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? host == "localhost" : address.is_loopback();
}

}  // namespace

Result<void> check_provider_url(const std::string& url) {
  const auto parsed = http::parse_url(url);
  if (!parsed) return std::unexpected(parsed.error().within(url));
  if (url.find('#') != std::string::npos)
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} has a fragment", url));
  if (parsed->scheme == "https" || is_loopback(parsed->host)) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not https", url));
}

Result<void> check_oidc_config(const OidcConfig& config) {
  const auto wrong = [](std::string_view what) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("oidc.{}", what));
  };
  if (auto checked = check_provider_url(config.issuer); !checked)
    return std::unexpected(checked.error().within("oidc.issuer"));
  // Discovery 1.0, 3: an issuer has neither query nor fragment.
  if (config.issuer.find('?') != std::string::npos) return wrong("issuer must not have a query");
  if (config.client_id.empty()) return wrong("clientId is missing");
  if (config.username_claim.empty()) return wrong("usernameClaim is missing");
  if (!config.admin_group.empty() && config.groups_claim.empty()) return wrong("groupsClaim is missing");
  if (std::ranges::find(config.scopes, "openid") == config.scopes.end())
    return wrong("scopes must contain openid");
  const auto own = http::parse_url(config.public_url);
  if (!own || own->target != "/" || config.public_url.ends_with('/'))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("publicUrl '{}' must be a URL without a path", config.public_url));
  return {};
}

}  // namespace storefleet::oidc
