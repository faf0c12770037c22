#include "api/auth.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include "base/digest.hpp"
#include "base/enum_names.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

constexpr auto kVias = enum_names<Via>({{Via::kNobody, "nobody"},
                                        {Via::kBootstrap, "bootstrap"},
                                        {Via::kToken, "token"},
                                        {Via::kSession, "session"}});
constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kSecureCookie = "__Host-storefleet";
constexpr std::string_view kPlainCookie = "storefleet";
constexpr std::string_view kSecureDevice = "__Host-storefleet-device";
constexpr std::string_view kPlainDevice = "storefleet-device";
constexpr std::string_view kLocalhost = "localhost";
constexpr auto kTrusted = 2s;
/// Where the database does not answer; what was revoked must have ended after five seconds.
constexpr auto kTrustedInSilence = 4500ms;
constexpr auto kPatience = 5s;           // with a database that answered last time
constexpr auto kLittlePatience = 100ms;  // where there is an older answer, or it was silent last time
constexpr auto kSilence = 1s;            // until it is asked again then
constexpr std::size_t kMostKnown = 10'000;

Principal principal_of(const Identified& found, const std::string& digest, Via via) {
  return {.name = found.user.name,
          .user_id = found.user.id,
          .role = found.user.role,
          .teams = found.teams,
          .scope = found.scope,
          .via = via,
          .session = via == Via::kSession ? digest : std::string(),
          .credential = digest,
          .team_ids = found.team_ids,
          .expires_at = found.expires_at};
}

std::string_view bearer_token(const http::Headers& headers) {
  const auto value = headers.get("Authorization");
  if (value.size() <= kScheme.size() || !http::equals_ignoring_case(value.substr(0, kScheme.size()), kScheme))
    return {};
  return value.substr(kScheme.size());
}

bool same(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

std::string_view to_string(Via via) {
  return kVias.name_of(via);
}

std::string secret_digest(std::string_view secret) {
  return to_hex(sha256(secret));
}

std::string csrf_token(std::string_view session_secret) {
  return secret_digest(fmt::format("csrf {}", session_secret));
}

std::string session_cookie_name(bool bound) {
  return std::string(bound ? kSecureCookie : kPlainCookie);
}

std::string device_cookie_name(bool bound) {
  return std::string(bound ? kSecureDevice : kPlainDevice);
}

std::string_view host_name(const http::Headers& headers) {
  const auto host = headers.get("Host");
  return host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
}

bool binds_cookies(const http::Headers& headers) {
  if (headers.get("X-Forwarded-Proto") == "https") return true;
  const auto host = host_name(headers);
  if (host != kLocalhost && !host.ends_with(".localhost")) return false;
  // WebKit alone keeps no Secure cookie without TLS there; Chromium names itself and WebKit.
  const auto agent = headers.get("User-Agent");
  return !agent.contains("AppleWebKit/") || agent.contains("Chrome/") || agent.contains("Chromium/");
}

std::vector<std::string_view> cookie_values(const http::Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (auto rest : headers.all("Cookie")) {
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      auto pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto equals = std::min(pair.find('='), pair.size());
      if (pair.substr(0, equals) == name) values.push_back(pair.substr(std::min(equals + 1, pair.size())));
    }
  }
  return values;
}

std::string_view cookie_value(const http::Headers& headers, std::string_view name) {
  const auto values = cookie_values(headers, name);
  return values.size() == 1 ? values.front() : std::string_view();
}

std::string_view session_secret(const http::Headers& headers) {
  return cookie_value(headers, binds_cookies(headers) ? kSecureCookie : kPlainCookie);
}

Credential credential_of(const http::Headers& headers) {
  if (const auto token = bearer_token(headers); !token.empty()) return {secret_digest(token), Via::kToken};
  if (const auto secret = session_secret(headers); !secret.empty())
    return {secret_digest(secret), Via::kSession};
  return {};
}

Authenticator::Authenticator(std::string_view bootstrap_token, Logins& logins, Logins& strangers)
    : logins_(logins), strangers_(strangers) {
  if (!bootstrap_token.empty()) bootstrap_digest_ = secret_digest(bootstrap_token);
}

std::optional<Principal> Authenticator::recall(const Credential& credential) const {
  const auto& [digest, via] = credential;
  if (via == Via::kNobody) return Principal{};
  if (via == Via::kToken && !bootstrap_digest_.empty() && same(digest, bootstrap_digest_))
    return Principal{
        .name = "admin", .role = PlatformRole::kAdmin, .scope = TokenScope::kFull, .via = Via::kBootstrap};
  const auto found = known_.find(digest);
  if (found == known_.end() || found->second.confirmed + kTrusted <= Clock::now()) return std::nullopt;
  return found->second.principal;
}

Task<Result<Principal>> identify(Logins& logins, Credential credential) {
  const auto& [digest, via] = credential;
  auto asked = via == Via::kToken ? logins.by_token(digest) : logins.by_session(digest);
  const auto found = co_await std::move(asked);
  if (!found && found.error().code == ErrorCode::kNotFound) co_return Principal{};
  if (!found) co_return std::unexpected(found.error());
  co_return principal_of(*found, digest, via);
}

Task<std::optional<Result<Identified>>> Authenticator::ask(Credential credential,
                                                           std::chrono::milliseconds patience) {
  using asio::experimental::awaitable_operators::operator||;
  auto& logins = has_seen(credential) ? logins_ : strangers_;
  auto asked = credential.via == Via::kToken ? logins.by_token(credential.digest)
                                             : logins.by_session(credential.digest);
  auto answer_or_time = std::move(asked) || sleep_for(patience);
  auto first = co_await std::move(answer_or_time);
  if (first.index() == 1) co_return std::nullopt;
  co_return std::get<0>(std::move(first));
}

void Authenticator::remember(const std::string& digest, const Principal& principal) {
  if (known_.size() >= kMostKnown) known_.clear();
  known_[digest] = {principal, Clock::now()};
  if (seen_.size() >= kMostKnown) seen_.clear();
  seen_.insert(digest);
}

Task<Result<Principal>> Authenticator::look_up(Credential credential) {
  const auto digest = credential.digest;
  const auto via = credential.via;
  const auto known = known_.find(digest);
  std::optional<Principal> before;
  if (known != known_.end() && known->second.confirmed + kTrustedInSilence > Clock::now())
    before = known->second.principal;
  const bool seen = has_seen(credential);
  std::optional<Result<Identified>> found;
  if (!seen || !silent_ || Clock::now() >= ask_again_) {
    if (seen && silent_) ask_again_ = Clock::now() + kSilence;  // one asks, the others do not wait
    const std::chrono::milliseconds patience = before || (seen && silent_) ? kLittlePatience : kPatience;
    found = co_await ask(std::move(credential), patience);
    if (seen) {
      silent_ = !found;
      if (silent_) ask_again_ = Clock::now() + kSilence;
    }
  }
  if (found && !*found && found->error().code == ErrorCode::kNotFound) {
    known_.erase(digest);
    co_return Principal{};
  }
  if (!found || !*found) {
    if (before) co_return *std::move(before);
    if (found) co_return std::unexpected(found->error());
    co_return fail(ErrorCode::kUnavailable, "The database does not answer.", Reason::kDatabaseUnreachable);
  }
  auto principal = principal_of(**found, digest, via);
  remember(digest, principal);
  co_return principal;
}

}  // namespace storefleet::api
