#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/accounts/routes.hpp"
#include "api/accounts/sessions.hpp"
#include "api/audit_trail.hpp"
#include "api/field_reader.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "oidc/account.hpp"
#include "oidc/single_sign_on.hpp"

namespace storefleet::api {
namespace {

using SystemClock = std::chrono::system_clock;
using Outcome = std::expected<http::Response, Problem>;

constexpr std::string_view kSecureCookie = "__Host-storefleet-oidc";
constexpr std::string_view kPlainCookie = "storefleet-oidc";
constexpr std::array<std::string_view, 1> kLinkFields = {"subject"};
constexpr std::string_view kTryAgain = "Go back to the login page and try again.";

Problem no_provider() {
  return to_problem({ErrorCode::kNotFound, "This platform has no single sign-on."});
}

Problem login_expired() {
  return {.status = 403,
          .code = ProblemCode::kLoginExpired,
          .detail = "This login was not started in this browser, took too long, or is over already.",
          .remedy = std::string(kTryAgain)};
}

Problem login_failed() {
  return {.status = 403,
          .code = ProblemCode::kLoginFailed,
          .detail = "The provider's answer does not prove who you are.",
          .remedy = fmt::format("{} If it lasts, an admin finds the reason in the API's log.", kTryAgain)};
}

Problem login_denied() {
  return {.status = 403,
          .code = ProblemCode::kLoginDenied,
          .detail = "The provider did not let you in, or you declined.",
          .remedy = std::string(kTryAgain)};
}

Problem no_account() {
  return {
      .status = 403,
      .code = ProblemCode::kNoAccount,
      .detail = "The provider knows you, but this platform has no user for you.",
      .remedy = "Ask an admin of this platform to link your account (PUT /api/v1/users/{user}/identity)."};
}

Problem user_disabled() {
  return {.status = 403,
          .code = ProblemCode::kUserDisabled,
          .detail = "Your user on this platform is disabled.",
          .remedy = "Ask an admin of this platform."};
}

Problem provider_problem(const Error& error) {
  if (error.code == ErrorCode::kUnauthenticated) return login_failed();
  return {.status = 503,
          .code = ProblemCode::kProviderUnavailable,
          .detail = "The provider cannot be reached, or does not answer as it should.",
          .remedy = "Try again in a moment; if it lasts, an admin finds the reason in the API's log.",
          .retry_after = 5};
}

/// The cookie goes to where the provider sends the browser back to: that place's scheme decides, and whether
/// the browser binds cookies there.
std::string_view flow_cookie_name(const oidc::OidcConfig& config, const ApiRequest& request) {
  const bool secure = config.public_url.starts_with("https:");
  return secure || binds_cookies(request.http.headers) ? kSecureCookie : kPlainCookie;
}

std::string flow_cookie(const oidc::OidcConfig& config, const ApiRequest& request, std::string_view value,
                        int lifetime_seconds) {
  const auto name = flow_cookie_name(config, request);
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", name, value, lifetime_seconds,
                     name == kSecureCookie ? "; Secure" : "");
}

http::Response redirect(std::string location) {
  return {.status = 302, .headers = {{"Location", std::move(location)}}};
}

/// A person sees the dashboard's login page with the code of the problem, a program the problem.
Answer show(const ApiRequest& request, Problem problem, std::string_view cookie) {
  if (!request.http.headers.get("Accept").contains("text/html")) {
    problem.headers.add("Set-Cookie", std::string(cookie));
    return std::unexpected(std::move(problem));
  }
  auto response = redirect(fmt::format("/login?error={}", to_string(problem.code)));
  response.headers.add("Set-Cookie", std::string(cookie));
  return response;
}

std::string parameter(const ApiRequest& request, std::string_view name) {
  constexpr std::size_t kMostBytes = 4096;
  const auto value = request.query.get(name).value_or("");
  return value.size() > kMostBytes ? std::string() : std::string(value);
}

void log_failed_login(const ApiRequest& request, const std::string& why) {
  log_warning("a login with single sign-on failed", {{"error", why}, {"request_id", request.id}});
}

/// Counts against the address, like a wrong password, and ends in the audit log.
Task<Problem> fail_login(const ApiDependencies& api, ApiRequest request, Problem problem, std::string why) {
  log_failed_login(request, why);
  const std::vector<std::string> keys{address_key(address_prefix(request.http.remote_address))};
  const auto counted = co_await api.logins.record_failure(keys);
  if (!counted) co_return to_problem(counted.error());
  co_await record_login(api, request,
                        {.actor = "anonymous",
                         .via = "oidc",
                         .succeeded = false,
                         .details = {{"code", to_string(problem.code)}}});
  co_return problem;
}

/// The user of a proved identity, made or with the role of their groups where the settings say so; `details`
/// of the audit entry tell which.
Task<std::expected<User, Problem>> user_for(oidc::SingleSignOn& sign_on, ExternalIdentity identity,
                                            json::object claims, json::object& details) {
  const auto& config = sign_on.provider.config();
  auto user = co_await sign_on.identities.user_of(identity);
  if (!user && user.error().code == ErrorCode::kNotFound) {
    if (!config.create_users) co_return std::unexpected(no_account());
    user = co_await sign_on.identities.create_user(identity, oidc::account_of(config, claims));
    details["created"] = true;
  }
  if (!user) co_return refuse(user.error());
  if (user->disabled) co_return std::unexpected(user_disabled());
  if (config.admin_group.empty() || oidc::role_of(config, claims) == user->role) co_return *user;
  details["role"] = to_string(oidc::role_of(config, claims));
  auto changed = co_await sign_on.identities.set_role(user->id, oidc::role_of(config, claims));
  if (!changed) co_return refuse(changed.error());
  co_return *std::move(changed);
}

/// The claims of whoever comes back from the provider with the answer to this browser's own question.
Task<std::expected<json::object, Problem>> prove(const ApiDependencies& api, ApiRequest request,
                                                 oidc::LoginFlow flow) {
  auto& provider = api.single_sign_on->provider;
  const auto issuer = request.query.get("iss");
  const auto fits =
      co_await provider.is_from_issuer(issuer ? std::optional(std::string(*issuer)) : std::nullopt);
  if (!fits) {
    log_failed_login(request, fits.error().message);
    co_return std::unexpected(provider_problem(fits.error()));
  }
  if (!*fits) {
    auto problem = co_await fail_login(api, request, login_failed(), "the answer is of another issuer (iss)");
    co_return std::unexpected(std::move(problem));
  }
  if (const auto error = parameter(request, "error"); !error.empty()) {
    auto problem = error == "access_denied" ? login_denied() : login_failed();
    problem =
        co_await fail_login(api, request, std::move(problem), "the provider says " + clean_text(error, 80));
    co_return std::unexpected(std::move(problem));
  }
  auto claims = co_await provider.redeem(flow, parameter(request, "code"));
  if (!claims && claims.error().code == ErrorCode::kUnauthenticated) {
    auto problem = co_await fail_login(api, request, login_failed(), claims.error().message);
    co_return std::unexpected(std::move(problem));
  }
  if (!claims) {
    log_failed_login(request, claims.error().message);
    co_return std::unexpected(provider_problem(claims.error()));
  }
  const auto first =
      co_await api.single_sign_on->identities.use_once(secret_digest(flow.nonce), flow.expires_at);
  if (!first) co_return refuse(first.error());
  if (!*first) {
    auto problem = co_await fail_login(api, request, login_expired(), "the login was used before");
    co_return std::unexpected(std::move(problem));
  }
  co_return *std::move(claims);
}

/// A session for whoever the provider has proved.
Task<Outcome> finish(const ApiDependencies& api, ApiRequest request) {
  auto& sign_on = *api.single_sign_on;
  const auto throttled = co_await fails_too_often(api.logins, request.http.remote_address);
  if (!throttled) co_return refuse(throttled.error());
  if (*throttled) co_return std::unexpected(too_many_failed_logins({}));
  const auto cookie =
      cookie_value(request.http.headers, flow_cookie_name(sign_on.provider.config(), request));
  const auto flow = sign_on.seal.open(cookie, SystemClock::now());
  if (!flow || parameter(request, "state") != flow->state) {
    log_failed_login(request, "the state is not this browser's");
    co_return std::unexpected(login_expired());
  }
  const auto claims = co_await prove(api, request, *flow);
  if (!claims) co_return std::unexpected(claims.error());
  const ExternalIdentity identity{.issuer = sign_on.provider.config().issuer,
                                  .subject = to_std(claims->at("sub").get_string())};
  LoginRecord record{.actor = "anonymous",
                     .via = "oidc",
                     .details = {{"issuer", identity.issuer}, {"subject", identity.subject}}};
  // It may make a user, or an admin of one.
  const auto begun = co_await api.audit.begin(login_entry(request, record));
  if (!begun) co_return std::unexpected(audit_unavailable("The login cannot be recorded, so it is refused."));
  const auto user = co_await user_for(sign_on, identity, *claims, record.details);
  if (user) record.actor = user->name;
  record.succeeded = user.has_value();
  if (!user) record.details["code"] = to_string(user.error().code);
  const auto recorded = co_await api.audit.complete(*begun, login_entry(request, std::move(record)));
  if (user && !recorded)
    co_return std::unexpected(audit_unavailable("The login cannot be recorded, so it is refused."));
  if (!user) co_return std::unexpected(user.error());
  const auto session = co_await open_session(api, request, user->id);
  if (!session) co_return refuse(session.error());
  auto response = redirect(flow->return_to);
  response.headers.add("Set-Cookie", session->cookie);
  co_return response;
}

}  // namespace

Task<Answer> list_auth_providers(const ApiDependencies& api, ApiRequest) {
  json::array items;
  if (api.single_sign_on != nullptr)
    items.push_back(json::object{{"name", "oidc"},
                                 {"displayName", api.single_sign_on->provider.config().display_name},
                                 {"loginUrl", "/api/v1/auth/oidc/login"}});
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> start_oidc_login(const ApiDependencies& api, ApiRequest request) {
  if (api.single_sign_on == nullptr) co_return std::unexpected(no_provider());
  auto& sign_on = *api.single_sign_on;
  const auto& config = sign_on.provider.config();
  QueryReader query(request.query);
  auto return_to = query.text("returnTo");
  if (return_to.empty()) return_to = "/";
  if (!oidc::is_local_path(return_to)) query.wrong("returnTo", "must be a path on this host");
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  const auto flow = oidc::new_login_flow(std::move(return_to), SystemClock::now());
  auto url = co_await sign_on.provider.authorization_url(flow);
  if (!url) {
    log_failed_login(request, url.error().message);
    co_return show(request, provider_problem(url.error()), flow_cookie(config, request, "", 0));
  }
  auto response = redirect(*std::move(url));
  response.headers.add("Set-Cookie", flow_cookie(config, request, sign_on.seal.seal(flow), 600));
  co_return response;
}

Task<Answer> finish_oidc_login(const ApiDependencies& api, ApiRequest request) {
  if (api.single_sign_on == nullptr) co_return std::unexpected(no_provider());
  auto finished = co_await finish(api, request);
  const auto cookie = flow_cookie(api.single_sign_on->provider.config(), request, "", 0);
  if (!finished) co_return show(request, std::move(finished.error()), cookie);
  finished->headers.add("Set-Cookie", cookie);
  co_return *std::move(finished);
}

Task<Answer> link_identity(const ApiDependencies& api, ApiRequest request) {
  if (api.single_sign_on == nullptr) co_return std::unexpected(no_provider());
  const auto body = parse_object(request.http.body, "Send a JSON object with subject.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kLinkFields);
  auto subject = fields.text("subject", {}, 255);
  if (subject.empty())
    fields.wrong(ProblemCode::kInvalidValues, "/subject", "This is missing: the provider's `sub`.");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const ExternalIdentity identity{.issuer = api.single_sign_on->provider.config().issuer,
                                  .subject = std::move(subject)};
  const auto linked = co_await api.single_sign_on->identities.link(identity, request.path_parameter("user"));
  if (!linked && linked.error().code == ErrorCode::kAlreadyExists)
    co_return refuse({ErrorCode::kConflict, linked.error().message});
  if (!linked) co_return refuse(linked.error());
  co_return http::Response{.status = 204};
}

Task<Answer> unlink_identity(const ApiDependencies& api, ApiRequest request) {
  if (api.single_sign_on == nullptr) co_return std::unexpected(no_provider());
  const auto issuer = api.single_sign_on->provider.config().issuer;
  const auto unlinked =
      co_await api.single_sign_on->identities.unlink(issuer, request.path_parameter("user"));
  if (!unlinked) co_return refuse(unlinked.error());
  co_return http::Response{.status = 204};
}

}  // namespace storefleet::api
