#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/accounts.hpp"
#include "domain/ports/logins.hpp"
#include "http/message.hpp"

namespace storefleet::api {

/// How a caller showed who they are.
enum class Via { kNobody, kBootstrap, kToken, kSession };

std::string_view to_string(Via via);

/// Who sent a request, and what that alone allows them (api/access.hpp judges).
struct Principal {
  std::string name = "anonymous";
  std::string user_id;  // empty: the bootstrap admin, or nobody
  PlatformRole role = PlatformRole::kUser;
  std::map<std::string, TeamRole> teams;
  TokenScope scope = TokenScope::kRead;
  Via via = Via::kNobody;
  std::string session;                                 // digest of the session, where it is one
  std::string credential;                              // digest of the token or session
  std::set<std::string> team_ids = {};                 // of `teams`
  std::optional<TimePoint> expires_at = std::nullopt;  // of the token or session
};

/// The SHA-256 of a secret in hex: all that is kept of tokens and sessions.
std::string secret_digest(std::string_view secret);

/// What a page must send as X-CSRF-Token with each change; follows from its session's secret, which it cannot
/// read.
std::string csrf_token(std::string_view session_secret);

/// The name in the Host field, without the port.
std::string_view host_name(const http::Headers& headers);

/// Whether the browser keeps cookies whose name binds them to the host (`__Host-`, RFC 6265bis, 4.1.3.2): by
/// TLS, to us or to what stands before us, and on `localhost` and below, which browsers trust like TLS; but
/// for WebKit's. Anybody may say so, not only a trusted proxy: it makes a cookie stricter, and only the
/// sender's own.
bool binds_cookies(const http::Headers& headers);

/// The session cookie. Where its name can bind it to the host, the plain name counts for nothing: the page of
/// a store on a sibling host could have set that one.
std::string session_cookie_name(bool bound);
std::string_view session_secret(const http::Headers& headers);
/// What remembers that somebody has logged in with this browser before: it opens nothing
/// (login_throttle.hpp).
std::string device_cookie_name(bool bound);

/// All values of that name, in the order sent.
std::vector<std::string_view> cookie_values(const http::Headers& headers, std::string_view name);
/// The value of the one cookie of that name. Empty where there is none, and where there are two: one of them
/// is not ours, and which cannot be told.
std::string_view cookie_value(const http::Headers& headers, std::string_view name);

/// The digest of the token or session that a request carries; via nobody where there is none.
struct Credential {
  std::string digest;
  Via via = Via::kNobody;
};
Credential credential_of(const http::Headers& headers);

/// Who that is, by a look into the database: a principal via nobody where it is not valid; Unavailable where
/// the database cannot tell.
Task<Result<Principal>> identify(Logins& logins, Credential credential);

/// Tells callers by bearer token (RFC 6750) or session cookie. Knows the bootstrap admin's token itself, all
/// others through the port; what that said is trusted for two seconds, so that a burst of requests is one
/// look into the database, and for not quite five where the database does not answer. One thread; the ports
/// must outlive it.
class Authenticator {
 public:
  /// An empty bootstrap token lets nobody in. What was never valid here is looked up with `strangers`, so
  /// that made-up tokens do not keep the database from those who have real ones.
  Authenticator(std::string_view bootstrap_token, Logins& logins, Logins& strangers);

  /// Who that is, as far as it can be told without the database; nothing where only a look into it can.
  [[nodiscard]] std::optional<Principal> recall(const Credential& credential) const;

  /// As identify(), and remembers it. Who was known a moment ago does not wait for a database that does not
  /// answer.
  Task<Result<Principal>> look_up(Credential credential);

  /// Whether that was valid at some time since the start.
  [[nodiscard]] bool has_seen(const Credential& credential) const {
    return seen_.contains(credential.digest);
  }

  /// After a change of who may what.
  void forget() { known_.clear(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    Principal principal;
    Clock::time_point confirmed;
  };
  /// What a look into the database found; nothing where it did not answer in time.
  Task<std::optional<Result<Identified>>> ask(Credential credential, std::chrono::milliseconds patience);
  void remember(const std::string& digest, const Principal& principal);

  std::string bootstrap_digest_;
  Logins& logins_;
  Logins& strangers_;
  std::unordered_map<std::string, Known> known_;
  std::unordered_set<std::string> seen_;
  bool silent_ = false;          // the last look into the database had no answer in time
  Clock::time_point ask_again_;  // while it is silent
};

}  // namespace storefleet::api
