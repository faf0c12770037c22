#include "oidc/provider.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/base64.hpp"
#include "http/percent.hpp"
#include "oidc/id_token.hpp"

namespace storefleet::oidc {
namespace {

using namespace std::chrono_literals;
using SystemClock = std::chrono::system_clock;

constexpr auto kKept = 1h;

Error unavailable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message), Reason::kProviderUnavailable};
}

bool is_recent(TimePoint read_at) {
  return SystemClock::now() - read_at < kKept;
}

bool lists(const json::array& values, std::string_view wanted) {
  return std::ranges::any_of(
      values, [&](const json::value& each) { return each.is_string() && each.get_string() == wanted; });
}

/// RFC 6749, 2.3.1: form-encoded, then joined and encoded as RFC 7617 says.
std::string basic_credentials(const std::string& id, const std::string& secret) {
  const auto pair = fmt::format("{}:{}", http::percent_encode(id), http::percent_encode(secret));
  return "Basic " + encode_base64(pair);
}

Result<json::value> read_document(const Result<http::Response>& response, std::string_view what) {
  if (!response) return std::unexpected(unavailable(fmt::format("{}: {}", what, response.error().message)));
  if (response->status != 200)
    return std::unexpected(unavailable(fmt::format("{}: the status is {}", what, response->status)));
  auto document = parse_json(response->body);
  if (!document || !document->is_object())
    return std::unexpected(unavailable(fmt::format("{}: the body is no JSON object", what)));
  return document;
}

http::Request get_json() {
  return {.headers = {{"Accept", "application/json"}}};
}

}  // namespace

OidcProvider::OidcProvider(OidcConfig config, ProviderTransport& transport)
    : config_(std::move(config)), transport_(transport) {}

Result<OidcProvider::Endpoints> OidcProvider::read_endpoints(const json::value& document) const {
  // Discovery, 4.3: whoever can write another issuer in there could sign for it.
  if (string_at(document, {"issuer"}) != config_.issuer)
    return std::unexpected(unavailable("the discovery document is of another issuer"));
  Endpoints found{
      .authorization = string_or(document, {"authorization_endpoint"}),
      .token = string_or(document, {"token_endpoint"}),
      .keys = string_or(document, {"jwks_uri"}),
      .user_info = string_or(document, {"userinfo_endpoint"}),
      .names_itself = bool_or(document, {"authorization_response_iss_parameter_supported"}, false),
      .read_at = SystemClock::now()};
  for (const auto& url : {found.authorization, found.token, found.keys})
    if (const auto checked = check_provider_url(url); !checked)
      return std::unexpected(unavailable("discovery: " + checked.error().message));
  const auto& methods = array_at(document, {"token_endpoint_auth_methods_supported"});
  found.secret_in_body = !lists(methods, "client_secret_basic") && lists(methods, "client_secret_post");
  return found;
}

Task<Result<OidcProvider::Endpoints>> OidcProvider::endpoints() {
  if (endpoints_ && is_recent(endpoints_->read_at)) co_return *endpoints_;
  auto issuer = config_.issuer;
  if (issuer.ends_with('/')) issuer.pop_back();  // Discovery, 4
  const auto response = co_await transport_.send(issuer + "/.well-known/openid-configuration", get_json());
  const auto document = read_document(response, "discovery");
  if (!document) co_return std::unexpected(document.error());
  auto found = read_endpoints(*document);
  if (found) endpoints_ = *found;
  co_return found;
}

Task<Result<std::string>> OidcProvider::authorization_url(LoginFlow flow) {
  const auto at = co_await endpoints();
  if (!at) co_return std::unexpected(at.error());
  http::QueryParameters query;
  query.add("response_type", "code");
  query.add("client_id", config_.client_id);
  query.add("redirect_uri", config_.redirect_uri());
  query.add("scope", fmt::format("{}", fmt::join(config_.scopes, " ")));
  query.add("state", flow.state);
  query.add("nonce", flow.nonce);
  query.add("code_challenge", code_challenge(flow.verifier));
  query.add("code_challenge_method", "S256");
  const bool has_query = at->authorization.find('?') != std::string::npos;
  co_return fmt::format("{}{}{}", at->authorization, has_query ? "&" : "?", query.to_string());
}

Task<Result<bool>> OidcProvider::is_from_issuer(std::optional<std::string> issuer) {
  const auto at = co_await endpoints();
  if (!at) co_return std::unexpected(at.error());
  co_return issuer ? *issuer == config_.issuer : !at->names_itself;
}

Task<Result<OidcProvider::Tokens>> OidcProvider::exchange(Endpoints at, LoginFlow flow, std::string code) {
  http::QueryParameters form;
  form.add("grant_type", "authorization_code");
  form.add("code", std::move(code));
  form.add("redirect_uri", config_.redirect_uri());
  form.add("code_verifier", flow.verifier);
  http::Request request{
      .method = "POST",
      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}}};
  const bool is_public = config_.client_secret.empty();
  if (is_public || at.secret_in_body) form.add("client_id", config_.client_id);
  if (!is_public && at.secret_in_body) form.add("client_secret", config_.client_secret);
  if (!is_public && !at.secret_in_body)
    request.headers.set("Authorization", basic_credentials(config_.client_id, config_.client_secret));
  request.body = form.to_string();
  const auto response = co_await transport_.send(at.token, std::move(request));
  if (response && (response->status == 400 || response->status == 401)) {
    const auto refusal = parse_json(response->body);
    const auto why = refusal ? string_or(*refusal, {"error"}, "no reason") : "no reason";
    co_return fail(ErrorCode::kUnauthenticated, fmt::format("the provider refused the code: {}", why));
  }
  const auto document = read_document(response, "token endpoint");
  if (!document) co_return std::unexpected(document.error());
  Tokens tokens{.id = string_or(*document, {"id_token"}), .access = string_or(*document, {"access_token"})};
  if (tokens.id.empty()) co_return std::unexpected(unavailable("token endpoint: there is no id_token"));
  co_return tokens;
}

Task<Result<KeySet>> OidcProvider::fetch_keys(std::string url) {
  const auto response = co_await transport_.send(std::move(url), get_json());
  const auto document = read_document(response, "keys");
  if (!document) co_return std::unexpected(document.error());
  auto keys = KeySet::parse(*document);
  if (!keys) co_return std::unexpected(unavailable("keys: " + keys.error().message));
  keys_ = *keys;
  keys_read_at_ = SystemClock::now();
  co_return keys;
}

Task<Result<KeySet>> OidcProvider::keys_for(std::string id_token, std::string url) {
  const auto header = read_token_header(id_token);
  if (!header) co_return fail(ErrorCode::kUnauthenticated, header.error().message);
  // A key that is not there is new (Core, 10.1.1): ask once more, once.
  const bool known =
      keys_ && is_recent(keys_read_at_) && header->key_id && keys_->has(header->algorithm, header->key_id);
  if (known) co_return *keys_;
  co_return co_await fetch_keys(std::move(url));
}

bool OidcProvider::lacks_claims(const json::object& claims) const {
  return !claims.contains(config_.username_claim) || !claims.contains("email") ||
         (!config_.admin_group.empty() && !claims.contains(config_.groups_claim));
}

Task<Result<json::object>> OidcProvider::user_info(std::string url, std::string access_token,
                                                   std::string subject) {
  auto request = get_json();
  request.headers.set("Authorization", "Bearer " + access_token);
  const auto response = co_await transport_.send(std::move(url), std::move(request));
  const auto document = read_document(response, "user info");
  if (!document) co_return std::unexpected(document.error());
  // Core, 5.3.2: another subject means that the token was swapped.
  if (string_at(*document, {"sub"}) != subject)
    co_return fail(ErrorCode::kUnauthenticated, "the user info is of somebody else (sub)");
  co_return document->get_object();
}

Task<Result<json::object>> OidcProvider::redeem(LoginFlow flow, std::string code) {
  const auto at = co_await endpoints();
  if (!at) co_return std::unexpected(at.error());
  const auto tokens = co_await exchange(*at, flow, std::move(code));
  if (!tokens) {
    // Perhaps the endpoint has moved.
    if (tokens.error().code == ErrorCode::kUnavailable) endpoints_.reset();
    co_return std::unexpected(tokens.error());
  }
  const auto keys = co_await keys_for(tokens->id, at->keys);
  if (!keys) co_return std::unexpected(keys.error());
  auto claims = verify_id_token(tokens->id, *keys,
                                {.issuer = config_.issuer,
                                 .client_id = config_.client_id,
                                 .nonce = flow.nonce,
                                 .now = SystemClock::now()});
  if (!claims) co_return fail(ErrorCode::kUnauthenticated, claims.error().message);
  if (!lacks_claims(*claims) || at->user_info.empty() || tokens->access.empty()) co_return claims;
  const auto subject = to_std(claims->at("sub").get_string());
  const auto more = co_await user_info(at->user_info, tokens->access, subject);
  if (!more) co_return std::unexpected(more.error());
  for (const auto& [name, value] : *more)
    if (!claims->contains(name)) (*claims)[name] = value;
  co_return claims;
}

}  // namespace storefleet::oidc
