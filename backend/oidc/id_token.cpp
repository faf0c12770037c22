#include "oidc/id_token.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "base/base64.hpp"

namespace storefleet::oidc {
namespace {

using namespace std::chrono_literals;

constexpr auto kSkew = 60s;
constexpr std::size_t kMostTokenBytes = 64UL * 1024;
constexpr std::size_t kMostSubjectBytes = 255;  // Core, 2

struct TokenParts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;  // header and claims
};

std::unexpected<Error> broken(std::string_view rule) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("the ID token {}", rule));
}

Result<TokenParts> split(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos ||
      token.size() > kMostTokenBytes)
    return broken("is no signed token");
  return TokenParts{.header = token.substr(0, first),
                    .claims = token.substr(first + 1, second - first - 1),
                    .signature = token.substr(second + 1),
                    .signed_text = token.substr(0, second)};
}

Result<json::object> read_object(std::string_view encoded) {
  const auto text = decode_base64url(encoded);
  auto read = text ? parse_json(*text) : Result<json::value>(broken("is not base64url"));
  if (!read || !read->is_object()) return broken("holds no JSON object");
  return std::move(read->get_object());
}

/// Seconds since 1970 (RFC 7519, 2: NumericDate, which may have a fraction).
std::optional<double> date_at(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto seconds = value->to_number<double>();
  return std::isfinite(seconds) ? std::optional(seconds) : std::nullopt;
}

Result<void> check_audience(const json::object& claims, const std::string& client_id) {
  const auto* audience = claims.if_contains("aud");
  const bool one = audience != nullptr && audience->is_string() && audience->get_string() == client_id;
  const auto* several = audience != nullptr ? audience->if_array() : nullptr;
  const bool among = several != nullptr && std::ranges::any_of(*several, [&](const json::value& each) {
                       return each.is_string() && each.get_string() == client_id;
                     });
  if (!one && !among) return broken("is not meant for this platform (aud)");
  const auto party = string_at(json::value(claims), {"azp"});
  if ((among && several->size() > 1 && !party) || (claims.contains("azp") && party != client_id))
    return broken("was made for another (azp)");
  return {};
}

Result<void> check_times(const json::object& claims, TimePoint now) {
  const std::chrono::duration<double> since = now.time_since_epoch();
  const auto skew = std::chrono::duration<double>(kSkew).count();
  const auto expires = date_at(claims, "exp");
  const auto issued = date_at(claims, "iat");
  const auto not_before = date_at(claims, "nbf");
  if (!expires || !issued) return broken("does not say how long it counts (exp, iat)");
  if (since.count() >= *expires + skew) return broken("has expired (exp)");
  if (since.count() < *issued - skew) return broken("comes from the future (iat)");
  if (not_before && since.count() < *not_before - skew) return broken("does not count yet (nbf)");
  return {};
}

}  // namespace

Result<TokenHeader> read_token_header(std::string_view token) {
  const auto parts = split(token);
  if (!parts) return std::unexpected(parts.error());
  const auto header = read_object(parts->header);
  if (!header) return std::unexpected(header.error());
  const json::value document(*header);
  const auto algorithm = parse_signature_algorithm(string_or(document, {"alg"}));
  if (!algorithm) return broken("is not signed with RS256 or ES256 (alg)");
  // RFC 7515, 4.1.11: whoever does not understand what is critical must refuse. We understand nothing there.
  if (header->contains("crit")) return broken("has critical headers (crit)");
  return TokenHeader{.algorithm = *algorithm, .key_id = string_at(document, {"kid"})};
}

Result<json::object> verify_id_token(std::string_view token, const KeySet& keys,
                                     const IdTokenExpectation& expected) {
  const auto header = read_token_header(token);
  if (!header) return std::unexpected(header.error());
  const auto parts = split(token);
  const auto signature = decode_base64url(parts->signature);
  if (!keys.has(header->algorithm, header->key_id)) return broken("names a key that there is not (kid)");
  if (!signature || !keys.verifies(header->algorithm, header->key_id, parts->signed_text, *signature))
    return broken("has a wrong signature");
  auto claims = read_object(parts->claims);
  if (!claims) return claims;
  const json::value document(*claims);
  if (string_at(document, {"iss"}) != expected.issuer) return broken("is of another issuer (iss)");
  if (auto checked = check_audience(*claims, expected.client_id); !checked)
    return std::unexpected(checked.error());
  if (auto checked = check_times(*claims, expected.now); !checked) return std::unexpected(checked.error());
  if (expected.nonce.empty() || string_at(document, {"nonce"}) != expected.nonce)
    return broken("answers another login (nonce)");
  const auto subject = string_or(document, {"sub"});
  if (subject.empty() || subject.size() > kMostSubjectBytes) return broken("names nobody (sub)");
  return claims;
}

}  // namespace storefleet::oidc
