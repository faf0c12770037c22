#include <array>

#include <fmt/format.h>

#include "api/access.hpp"
#include "api/field_reader.hpp"
#include "api/routes.hpp"
#include "api/sessions.hpp"

namespace storefleet {
namespace {

constexpr int kMostFailuresOfName = 10;
constexpr std::array<std::string_view, 2> kLoginFields = {"name", "password"};
constexpr std::array<std::string_view, 1> kLogoutFields = {"everywhere"};
constexpr std::array<std::string_view, 2> kPasswordFields = {"current", "new"};

Problem refused() {
  return to_problem({ErrorCode::kUnauthenticated, "The name or the password is wrong."});
}

struct PasswordCheck {
  bool known = false;   // somebody has that name
  std::string user_id;  // whose name and password they are; empty: nobody's
};

/// 429 after too many tries. A try counts before it is known, see Logins::begin_attempt.
Task<std::expected<PasswordCheck, Problem>> check_password(const ApiDependencies& api, ApiRequest request,
                                                           std::string name, std::string password) {
  const auto user_key = "user/" + name;
  const auto address_key = "address/" + request.http.remote_address;
  std::vector<Logins::AttemptLimit> limits{{user_key, kMostFailuresOfName},
                                           {address_key, kMostFailuresOfAddress}};
  const auto counted = co_await api.logins.begin_attempt(std::move(limits));
  if (!counted) co_return refuse(counted.error());
  if (!*counted) co_return std::unexpected(too_many_failed_logins());
  const auto known = co_await api.logins.login_of(std::move(name));
  if (!known && known.error().code != ErrorCode::kNotFound) co_return refuse(known.error());
  const auto fits =
      co_await api.passwords.fits(std::move(password), known ? known->password_hash : std::string());
  if (!fits) co_return refuse(fits.error());
  if (!*fits) co_return PasswordCheck{.known = known.has_value(), .user_id = {}};
  const auto forgotten = co_await api.logins.succeed(user_key, address_key);
  if (!forgotten) co_return refuse(forgotten.error());
  co_return PasswordCheck{.known = true, .user_id = known->user_id};
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
  if (!checked) co_return std::unexpected(checked.error());
  const bool fits = !checked->user_id.empty();
  // What was typed as a name that nobody has may be somebody's password.
  co_await record_login(api, request,
                        {.actor = checked->known ? name : "anonymous", .via = "password", .succeeded = fits});
  if (!fits) co_return std::unexpected(refused());
  const auto session = co_await open_session(api, request, checked->user_id);
  if (!session) co_return refuse(session.error());
  auto response = json_response(200, json::object{{"name", name},
                                                  {"csrfToken", csrf_token(session->secret)},
                                                  {"expiresAt", format_time(session->expires_at)}});
  response.headers.add("Set-Cookie", session->cookie);
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
  if (everywhere)
    if (auto problem = refuse_access(request.caller, Permission::kSelf, "", ""))
      co_return std::unexpected(std::move(*problem));
  Result<void> ended;
  if (everywhere && !request.caller.user_id.empty())
    ended = co_await api.logins.delete_sessions(request.caller.user_id);
  else if (!request.caller.session.empty())
    ended = co_await api.logins.delete_session(request.caller.session);
  if (!ended) co_return refuse(ended.error());
  HttpResponse response{.status = 204};
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
  if (request.caller.user_id.empty())
    fields.wrong("InvalidValues", "/current", "The bootstrap token has no password; log in as a user.");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto checked = co_await check_password(api, request, request.caller.name, current);
  if (!checked) co_return std::unexpected(checked.error());
  if (checked->user_id.empty()) {
    FieldReader wrong(*body);
    wrong.wrong("InvalidValues", "/current", "This is not the password.");
    co_return std::unexpected(*wrong.problem());
  }
  const auto hash = co_await api.passwords.hash(wanted);
  if (!hash) co_return refuse(hash.error());
  UserChange change{.password_hash = *hash};
  const auto updated = co_await api.directory.update_user(request.caller.name, std::move(change));
  if (!updated) co_return refuse(updated.error());
  co_return HttpResponse{.status = 204};
}

}  // namespace storefleet
