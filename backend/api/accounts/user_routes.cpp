#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/accounts/routes.hpp"
#include "api/dto.hpp"
#include "api/field_reader.hpp"
#include "api/passwords.hpp"
#include "domain/email.hpp"

namespace storefleet::api {
namespace {

constexpr std::array<std::string_view, 4> kCreateFields = {"name", "email", "role", "password"};
constexpr std::array<std::string_view, 5> kUpdateFields = {"email", "role", "password", "disabled",
                                                           "revokeTokens"};

void check_email(FieldReader& fields, const std::string& email) {
  if (!email.empty() && !is_email_address(email))
    fields.wrong(ProblemCode::kInvalidValues, "/email", "This is not an e-mail address.");
}

PlatformRole read_role(FieldReader& fields, PlatformRole fallback) {
  const auto role = parse_platform_role(fields.text("role", std::string(to_string(fallback))));
  if (!role) fields.wrong(ProblemCode::kInvalidValues, "/role", "This must be user or admin.");
  return role.value_or(fallback);
}

/// Empty where the body has none.
Task<Result<std::string>> hash_of(const ApiDependencies& api, ApiRequest request, std::string password) {
  if (password.empty()) co_return std::string();
  co_return co_await api.passwords.hash(std::move(password),
                                        budget_holder(request.caller, request.http.remote_address));
}

}  // namespace

Task<Answer> list_users(const ApiDependencies& api, ApiRequest) {
  const auto users = co_await api.directory.users();
  if (!users) co_return refuse(users.error());
  json::array items;
  for (const auto& user : *users) items.push_back(user_dto(user));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> create_user(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with name and password.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kCreateFields);
  User user{.name = fields.text("name", {}, 40), .email = fields.text("email", {}, 254)};
  request.note->subject = "user/" + user.name;
  if (!is_resource_name(user.name))
    fields.wrong(ProblemCode::kInvalidName, "/name", "A user's name has a-z, 0-9, '.' and '-' only.");
  check_email(fields, user.email);
  user.role = read_role(fields, PlatformRole::kUser);
  const auto password = read_password(fields, "password");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto hash = co_await hash_of(api, request, password);
  if (!hash) co_return refuse(hash.error());
  const auto made = co_await api.directory.create_user(std::move(user), *hash);
  if (!made) co_return refuse(made.error());
  co_return json_response(201, user_dto(*made));
}

Task<Answer> get_user(const ApiDependencies& api, ApiRequest request) {
  const auto user = co_await api.directory.user(request.path_parameter("user"));
  if (!user) co_return refuse(user.error());
  co_return json_response(200, user_dto(*user));
}

Task<Answer> update_user(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with the fields to change.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kUpdateFields);
  UserChange change;
  if (fields.has("email")) {
    change.email = fields.text("email", {}, 254);
    check_email(fields, *change.email);
  }
  if (fields.has("role")) change.role = read_role(fields, PlatformRole::kUser);
  if (fields.has("disabled")) change.disabled = fields.flag("disabled", false);
  const bool revoke = fields.flag("revokeTokens", false);
  const auto password = fields.has("password") ? read_password(fields, "password") : std::string();
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  const auto hash = co_await hash_of(api, request, password);
  if (!hash) co_return refuse(hash.error());
  change.password_hash = *hash;
  change.revoke_tokens = revoke;
  const auto updated = co_await api.directory.update_user(request.path_parameter("user"), change);
  if (!updated) co_return refuse(updated.error());
  auto shown = user_dto(*updated);
  if (revoke || !change.password_hash.empty()) {
    const auto tokens = co_await api.logins.tokens(updated->id);
    if (!tokens) co_return refuse(tokens.error());
    shown["remainingTokens"] = tokens->size();
  }
  co_return json_response(200, shown);
}

Task<Answer> delete_user(const ApiDependencies& api, ApiRequest request) {
  const auto deleted = co_await api.directory.delete_user(request.path_parameter("user"));
  if (!deleted) co_return refuse(deleted.error());
  co_return http::Response{.status = 204};
}

}  // namespace storefleet::api
