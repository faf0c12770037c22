#include "api/sessions.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/random.hpp"

namespace storefleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kSessionLifetime = 12h;

std::string set_cookie(bool secure, std::string_view secret, std::chrono::seconds lifetime) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", session_cookie_name(secure),
                     secret, lifetime.count(), secure ? "; Secure" : "");
}

}  // namespace

Task<Result<OpenedSession>> open_session(const ApiDependencies& api, ApiRequest request,
                                         std::string user_id) {
  OpenedSession session{.secret = random_password(43),  // 256 bits
                        .expires_at = std::chrono::system_clock::now() + kSessionLifetime};
  session.cookie = set_cookie(is_secure(request.http.headers), session.secret, kSessionLifetime);
  const auto made = co_await api.logins.create_session(secret_digest(session.secret), std::move(user_id),
                                                       session.expires_at);
  if (!made) co_return std::unexpected(made.error());
  co_return session;
}

std::string end_of_session_cookie(const ApiRequest& request) {
  return set_cookie(is_secure(request.http.headers), "", 0s);
}

Task<void> record_login(const ApiDependencies& api, ApiRequest request, LoginRecord login) {
  AuditEntry entry{.actor = login.actor,
                   .via = std::move(login.via),
                   .action = "session.create",
                   .subject = "user/" + login.actor,
                   .succeeded = login.succeeded,
                   .request_id = request.id,
                   .address = request.http.remote_address,
                   .details = std::move(login.details)};
  const auto recorded = co_await api.audit.record(std::move(entry));
  if (!recorded) log_error("an audit entry was lost", {{"error", recorded.error().message}});
}

Task<Result<bool>> fails_too_often(Logins& logins, std::string address) {
  const auto failures = co_await logins.failures("address/" + address);
  if (!failures) co_return std::unexpected(failures.error());
  co_return *failures >= kMostFailuresOfAddress;
}

Problem too_many_failed_logins() {
  return {.status = 429,
          .code = "TooManyRequests",
          .detail = "Too many failed logins.",
          .remedy = "Wait a quarter of an hour, then try again.",
          .retry_after = 900};
}

}  // namespace storefleet
