#include "api/accounts/sessions.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/random.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

constexpr auto kSessionLifetime = 12h;

constexpr auto kDeviceLifetime = std::chrono::days(180);
constexpr auto kFailureWait = std::chrono::minutes(15);

std::string set_cookie(std::string_view name, bool bound, std::string_view secret,
                       std::chrono::seconds lifetime) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", name, secret, lifetime.count(),
                     bound ? "; Secure" : "");
}

std::string_view device_secret(const http::Headers& headers) {
  return cookie_value(headers, device_cookie_name(binds_cookies(headers)));
}

std::string device_digest(std::string_view secret) {
  return secret_digest(fmt::format("device {}", secret));
}

}  // namespace

Task<Result<OpenedSession>> open_session(const ApiDependencies& api, ApiRequest request,
                                         std::string user_id) {
  OpenedSession session{.secret = random_password(43),  // 256 bits
                        .expires_at = std::chrono::system_clock::now() + kSessionLifetime};
  const bool bound = binds_cookies(request.http.headers);
  session.cookie = set_cookie(session_cookie_name(bound), bound, session.secret, kSessionLifetime);
  if (!request.caller.session.empty()) {
    const auto ended = co_await api.logins.delete_session(request.caller.session);
    if (!ended) co_return std::unexpected(ended.error());
  }
  const auto made = co_await api.logins.create_session(secret_digest(session.secret), std::move(user_id),
                                                       session.expires_at);
  if (!made) co_return std::unexpected(made.error());
  co_return session;
}

std::string end_of_session_cookie(const ApiRequest& request) {
  const bool bound = binds_cookies(request.http.headers);
  return set_cookie(session_cookie_name(bound), bound, "", 0s);
}

AuditEntry login_entry(const ApiRequest& request, LoginRecord login) {
  return {.actor = login.actor,
          .via = std::move(login.via),
          .action = "session.create",
          .subject = "user/" + login.actor,
          .succeeded = login.succeeded,
          .request_id = request.id,
          .address = request.http.remote_address,
          .details = std::move(login.details)};
}

Task<Result<void>> record_login(const ApiDependencies& api, ApiRequest request, LoginRecord login) {
  auto recorded = co_await api.audit.record(login_entry(request, std::move(login)));
  if (!recorded) log_error("an audit entry was lost", {{"error", recorded.error().message}});
  co_return recorded;
}

Task<Result<bool>> fails_too_often(Logins& logins, std::string address) {
  const auto failures = co_await logins.failures(address_key(address_prefix(address)));
  if (!failures) co_return std::unexpected(failures.error());
  co_return static_cast<std::size_t>(*failures) >= kMostFailuresOfAddress;
}

Problem too_many_failed_logins(std::chrono::seconds wait) {
  if (wait == 0s) wait = kFailureWait;
  return {.status = 429,
          .code = ProblemCode::kTooManyRequests,
          .detail = "Too many logins have failed from this address.",
          .remedy =
              "Wait as long as Retry-After says; other addresses, and browsers that were logged in before, "
              "are not affected.",
          .retry_after = static_cast<int>(wait.count())};
}

Task<Result<std::string>> trusted_place(const ApiDependencies& api, ApiRequest request,
                                        std::string user_name) {
  if (request.caller.via == Via::kSession && request.caller.name == user_name)
    co_return "session " + request.caller.session;
  const auto secret = device_secret(request.http.headers);
  if (secret.empty()) co_return std::string();
  auto digest = device_digest(secret);
  const auto known = co_await api.logins.knows_device(digest, std::move(user_name));
  if (!known) co_return std::unexpected(known.error());
  co_return *known ? "device " + digest : std::string();
}

Task<std::string> remember_device(const ApiDependencies& api, ApiRequest request, std::string user_id,
                                  std::string user_name) {
  std::string secret(device_secret(request.http.headers));
  const auto known = co_await api.logins.knows_device(device_digest(secret), std::move(user_name));
  // What another has set, or another user had, is not taken over.
  if (secret.empty() || !known || !*known) secret = random_password(43);
  const auto kept = co_await api.logins.remember_device(device_digest(secret), std::move(user_id),
                                                        std::chrono::system_clock::now() + kDeviceLifetime);
  if (!kept) {
    log_warning("a device cannot be remembered", {{"error", kept.error().message}});
    co_return std::string();
  }
  const bool bound = binds_cookies(request.http.headers);
  co_return set_cookie(device_cookie_name(bound), bound, secret, kDeviceLifetime);
}

}  // namespace storefleet::api
