#pragma once
#include <chrono>
#include <string>

#include "api/context.hpp"
#include "api/request.hpp"

/// What every way to log in ends with.
namespace storefleet::api {

struct OpenedSession {
  std::string secret;
  TimePoint expires_at;
  std::string cookie;  // value of Set-Cookie
};

/// A session of twelve hours for that user, always a new one: what the request carried ends.
Task<Result<OpenedSession>> open_session(const ApiDependencies& api, ApiRequest request, std::string user_id);

/// Value of Set-Cookie that makes the browser forget its session.
std::string end_of_session_cookie(const ApiRequest& request);

struct LoginRecord {
  std::string actor;
  std::string via;
  bool succeeded = false;
  json::object details = {};
};
/// That login as the audit log has it.
AuditEntry login_entry(const ApiRequest& request, LoginRecord login);

/// Into the audit log. A login that succeeds must not go on where this fails; that a failed one was lost is
/// also logged.
Task<Result<void>> record_login(const ApiDependencies& api, ApiRequest request, LoginRecord login);

/// Whether so many logins from this address have failed of late that the next one is refused unseen.
Task<Result<bool>> fails_too_often(Logins& logins, std::string address);

/// The answer then; `wait`: until the next try may come.
Problem too_many_failed_logins(std::chrono::seconds wait);

/// What remembers the browser of a user who has just logged in with a password: the Set-Cookie value. Empty
/// where it cannot be kept, which is only logged.
Task<std::string> remember_device(const ApiDependencies& api, ApiRequest request, std::string user_id,
                                  std::string user_name);

/// The session or the remembered device of the user of that name, as LoginTry has it; empty where there is
/// none.
Task<Result<std::string>> trusted_place(const ApiDependencies& api, ApiRequest request,
                                        std::string user_name);

}  // namespace storefleet::api
