#include <array>

#include <fmt/format.h>

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

/// Whether this name or address has failed too often of late.
Task<Result<bool>> is_throttled(Logins& logins, std::string name, std::string address) {
  const auto by_name = co_await logins.failures("user/" + name);
  if (!by_name) co_return std::unexpected(by_name.error());
  const auto by_address = co_await fails_too_often(logins, std::move(address));
  if (!by_address) co_return std::unexpected(by_address.error());
  co_return *by_name >= kMostFailuresOfName || *by_address;
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
  const auto address = request.http.remote_address;
  const auto full = co_await is_throttled(api.logins, name, address);
  if (!full) co_return refuse(full.error());
  if (*full) co_return std::unexpected(too_many_failed_logins());
  const auto known = co_await api.logins.login_of(name);
  if (!known && known.error().code != ErrorCode::kNotFound) co_return refuse(known.error());
  const bool fits = co_await api.passwords.fits(password, known ? known->password_hash : std::string());
  co_await record_login(api, request, {.actor = name, .via = "password", .succeeded = fits});
  if (!fits) {
    const std::vector<std::string> keys{"user/" + name, "address/" + address};
    const auto recorded = co_await api.logins.record_failure(keys);
    if (!recorded) co_return refuse(recorded.error());
    co_return std::unexpected(refused());
  }
  const auto forgotten = co_await api.logins.forget_failures("user/" + name);
  if (!forgotten) co_return refuse(forgotten.error());
  const auto session = co_await open_session(api, request, known->user_id);
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
  const auto known = co_await api.logins.login_of(request.caller.name);
  if (!known && known.error().code != ErrorCode::kNotFound) co_return refuse(known.error());
  const bool fits = co_await api.passwords.fits(current, known ? known->password_hash : std::string());
  if (!fits) {
    FieldReader wrong(*body);
    wrong.wrong("InvalidValues", "/current", "This is not the password.");
    co_return std::unexpected(*wrong.problem());
  }
  const auto hash = co_await api.passwords.hash(wanted);
  if (!hash) co_return refuse(hash.error());
  auto user = co_await api.directory.user(request.caller.name);
  if (!user) co_return refuse(user.error());
  const auto updated = co_await api.directory.update_user(*std::move(user), *hash);
  if (!updated) co_return refuse(updated.error());
  co_return HttpResponse{.status = 204};
}

}  // namespace storefleet
