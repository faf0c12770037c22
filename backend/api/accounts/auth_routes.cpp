#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/access.hpp"
#include "api/accounts/routes.hpp"
#include "api/accounts/sessions.hpp"
#include "api/audit_trail.hpp"
#include "api/field_reader.hpp"
#include "api/passwords.hpp"
#include "http/connection_table.hpp"

namespace storefleet::api {
namespace {

constexpr std::array<std::string_view, 2> kLoginFields = {"name", "password"};
constexpr std::array<std::string_view, 1> kLogoutFields = {"everywhere"};
constexpr std::array<std::string_view, 3> kPasswordFields = {"current", "new", "revokeTokens"};

Problem refused() {
  return to_problem({ErrorCode::kUnauthenticated, "The name or the password is wrong."});
}

struct PasswordCheck {
  bool known = false;   // somebody has that name
  std::string user_id;  // whose name and password they are; empty: nobody's
};

/// 429 after too many tries from this place (login_throttle.hpp). A try counts before it is known, see
/// Logins::begin_attempt; many failures of the name elsewhere only make it wait.
Task<std::expected<PasswordCheck, Problem>> check_password(const ApiDependencies& api, ApiRequest request,
                                                           std::string name, std::string password) {
  const auto trusted = co_await trusted_place(api, request, name);
  if (!trusted) co_return refuse(trusted.error());
  const LoginTry login{.name = secret_digest("name " + name),
                       .address = address_prefix(request.http.remote_address),
                       .trusted = *trusted};
  const auto verdict = co_await api.logins.begin_attempt(login);
  if (!verdict) co_return refuse(verdict.error());
  if (!verdict->allowed) co_return std::unexpected(too_many_failed_logins(verdict->retry_after));
  if (verdict->delay.count() > 0) co_await sleep_for(verdict->delay);
  const auto known = co_await api.logins.login_of(std::move(name));
  if (!known && known.error().code != ErrorCode::kNotFound) co_return refuse(known.error());
  auto hash = known ? known->password_hash : std::string();
  const auto fits = co_await api.passwords.fits(std::move(password), std::move(hash),
                                                http::address_share(request.http.remote_address));
  if (!fits) co_return refuse(fits.error());
  if (!*fits) co_return PasswordCheck{.known = known.has_value(), .user_id = {}};
  const auto forgotten = co_await api.logins.succeed(login, verdict->standing);
  if (!forgotten) co_return refuse(forgotten.error());
  co_return PasswordCheck{.known = true, .user_id = known->user_id};
}

/// What stays valid of that user's, for whoever thought that all had ended.
Task<Result<std::size_t>> count_tokens(const ApiDependencies& api, std::string user_id) {
  const auto tokens = co_await api.logins.tokens(std::move(user_id));
  if (!tokens) co_return std::unexpected(tokens.error());
  const auto now = std::chrono::system_clock::now();
  co_return static_cast<std::size_t>(std::ranges::count_if(
      *tokens, [now](const ApiToken& token) { return !token.expires_at || *token.expires_at > now; }));
}

/// A refused login is recorded by the name that was typed only where somebody has it.
Task<void> record_throttled(const ApiDependencies& api, ApiRequest request) {
  auto entry = audit_entry(request, "session.create", "", 429);
  entry.subject = "user/anonymous";
  co_await record_refusal(api, std::move(entry));
}

/// Ends all sessions of the caller and says how many they were, and what still opens their account.
Task<Answer> end_everywhere(const ApiDependencies& api, ApiRequest request) {
  json::object body{{"endedSessions", 0}, {"remainingTokens", 0}};
  if (!request.caller.user_id.empty()) {
    const auto ended = co_await api.logins.delete_sessions(request.caller.user_id);
    if (!ended) co_return refuse(ended.error());
    const auto tokens = co_await count_tokens(api, request.caller.user_id);
    if (!tokens) co_return refuse(tokens.error());
    body = {{"endedSessions", *ended}, {"remainingTokens", *tokens}};
  }
  auto response = json_response(200, body);
  response.headers.add("Set-Cookie", end_of_session_cookie(request));
  co_return response;
}

}  // namespace

Task<Answer> log_in(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with name and password.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kLoginFields);
  const auto name = fields.text("name");
  const auto password = fields.text("password", {}, kMaxPasswordLength);
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto checked = co_await check_password(api, request, name, password);
  if (!checked && checked.error().status == 429) co_await record_throttled(api, request);
  if (!checked) co_return std::unexpected(checked.error());
  const bool fits = !checked->user_id.empty();
  // What was typed as a name that nobody has may be somebody's password.
  const auto recorded = co_await record_login(
      api, request, {.actor = checked->known ? name : "anonymous", .via = "password", .succeeded = fits});
  if (!fits) co_return std::unexpected(refused());
  if (!recorded)
    co_return std::unexpected(audit_unavailable("The login cannot be recorded, so it is refused."));
  const auto session = co_await open_session(api, request, checked->user_id);
  if (!session) co_return refuse(session.error());
  auto response = json_response(200, json::object{{"name", name},
                                                  {"csrfToken", csrf_token(session->secret)},
                                                  {"expiresAt", format_time(session->expires_at)}});
  response.headers.add("Set-Cookie", session->cookie);
  auto device = co_await remember_device(api, request, checked->user_id, name);
  if (!device.empty()) response.headers.add("Set-Cookie", std::move(device));
  co_return response;
}

Task<Answer> log_out(const ApiDependencies& api, ApiRequest request) {
  bool everywhere = false;
  if (!request.http.body.empty()) {
    const auto body = parse_object(request.http.body, "Send nothing, or {\"everywhere\": true}.");
    if (!body) co_return std::unexpected(body.error());
    FieldReader fields(*body);
    fields.refuse_unknown_fields(kLogoutFields);
    everywhere = fields.flag("everywhere", false);
    if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  }
  if (everywhere) {
    if (auto problem = refuse_access(request.caller, Permission::kSelf, "", ""))
      co_return std::unexpected(std::move(*problem));
    co_return co_await end_everywhere(api, std::move(request));
  }
  Result<void> ended;
  if (!request.caller.session.empty()) ended = co_await api.logins.delete_session(request.caller.session);
  if (!ended) co_return refuse(ended.error());
  http::Response response{.status = 204};
  response.headers.add("Set-Cookie", end_of_session_cookie(request));
  co_return response;
}

Task<Answer> get_me(const ApiDependencies&, ApiRequest request) {
  const auto& caller = request.caller;
  json::array teams;
  for (const auto& [team, role] : caller.teams)
    teams.push_back(json::object{{"team", team}, {"role", to_string(role)}});
  json::object body{{"name", caller.name},
                    {"role", to_string(caller.role)},
                    {"via", to_string(caller.via)},
                    {"scope", to_string(caller.scope)},
                    {"teams", std::move(teams)}};
  if (caller.via == Via::kSession) body["csrfToken"] = csrf_token(session_secret(request.http.headers));
  co_return json_response(200, body);
}

Task<Answer> change_password(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with current and new.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kPasswordFields);
  const auto current = fields.text("current", {}, kMaxPasswordLength);
  const auto wanted = read_password(fields, "new");
  const bool revoke = fields.flag("revokeTokens", false);
  if (request.caller.user_id.empty())
    fields.wrong(ProblemCode::kInvalidValues, "/current",
                 "The bootstrap token has no password; log in as a user.");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto checked = co_await check_password(api, request, request.caller.name, current);
  if (!checked) co_return std::unexpected(checked.error());
  if (checked->user_id.empty()) {
    FieldReader wrong(*body);
    wrong.wrong(ProblemCode::kInvalidValues, "/current", "This is not the password.");
    co_return std::unexpected(*wrong.problem());
  }
  const auto hash =
      co_await api.passwords.hash(wanted, budget_holder(request.caller, request.http.remote_address));
  if (!hash) co_return refuse(hash.error());
  const auto before = co_await count_tokens(api, checked->user_id);
  if (!before) co_return refuse(before.error());
  UserChange change{.password_hash = *hash, .revoke_tokens = revoke};
  const auto updated = co_await api.directory.update_user(request.caller.name, std::move(change));
  if (!updated) co_return refuse(updated.error());
  const auto after = co_await count_tokens(api, checked->user_id);
  if (!after) co_return refuse(after.error());
  co_return json_response(200, json::object{{"revokedTokens", *before > *after ? *before - *after : 0},
                                            {"remainingTokens", *after}});
}

}  // namespace storefleet::api
