#pragma once
#include <string>

#include "api/api.hpp"

/// What every way to log in ends with.
namespace storefleet {

struct OpenedSession {
  std::string secret;
  TimePoint expires_at;
  std::string cookie;  // value of Set-Cookie
};

/// A session of twelve hours for that user.
Task<Result<OpenedSession>> open_session(const ApiDependencies& api, ApiRequest request, std::string user_id);

/// Value of Set-Cookie that makes the browser forget its session.
std::string end_of_session_cookie(const ApiRequest& request);

struct LoginRecord {
  std::string actor;
  std::string via;
  bool succeeded = false;
  json::object details = {};
};
/// Into the audit log; that it was lost is only logged.
Task<void> record_login(const ApiDependencies& api, ApiRequest request, LoginRecord login);

/// Logins that may fail from one address within 15 minutes.
inline constexpr int kMostFailuresOfAddress = 50;

/// Whether so many logins from this address have failed of late that the next one is refused unseen.
Task<Result<bool>> fails_too_often(Logins& logins, std::string address);

/// The answer then.
Problem too_many_failed_logins();

}  // namespace storefleet
