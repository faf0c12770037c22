#include <array>
#include <chrono>

#include <fmt/format.h>

#include "api/accounts/routes.hpp"
#include "api/dto.hpp"
#include "api/field_reader.hpp"
#include "base/random.hpp"

namespace storefleet::api {
namespace {

constexpr std::array<std::string_view, 3> kFields = {"name", "scope", "expiresInDays"};
constexpr std::int64_t kMostDays = 366;
/// Makes a leaked token findable by scanners.
constexpr std::string_view kPrefix = "sft_";

}  // namespace

Task<Answer> list_tokens(const ApiDependencies& api, ApiRequest request) {
  const auto tokens = co_await api.logins.tokens(request.caller.user_id);
  if (!tokens) co_return refuse(tokens.error());
  json::array items;
  for (const auto& token : *tokens) items.push_back(token_dto(token));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Task<Answer> create_token(const ApiDependencies& api, ApiRequest request) {
  const auto body = parse_object(request.http.body, "Send a JSON object with name and scope.");
  if (!body) co_return std::unexpected(body.error());
  FieldReader fields(*body);
  fields.refuse_unknown_fields(kFields);
  ApiToken token{.user_id = request.caller.user_id, .name = fields.text("name", {}, 100)};
  request.note->subject = "token/" + token.name;
  const auto scope = parse_token_scope(fields.text("scope", "write"));
  const auto days = fields.integer("expiresInDays", 90, 1, kMostDays);
  if (token.name.empty()) fields.wrong(ProblemCode::kInvalidValues, "/name", "A token needs a name.");
  if (!scope) fields.wrong(ProblemCode::kInvalidValues, "/scope", "This must be read, write or full.");
  if (token.user_id.empty())
    fields.wrong(ProblemCode::kInvalidValues, "/name",
                 "The bootstrap admin has one token only; log in as a user.");
  if (auto problem = fields.problem()) co_return std::unexpected(std::move(*problem));
  token.scope = *scope;
  token.expires_at = std::chrono::system_clock::now() + std::chrono::days(days);
  const auto secret = fmt::format("{}{}", kPrefix, random_password(43));
  const auto made = co_await api.logins.create_token(std::move(token), secret_digest(secret));
  if (!made) co_return refuse(made.error());
  auto shown = token_dto(*made);
  shown["token"] = secret;
  co_return json_response(201, shown);
}

Task<Answer> delete_token(const ApiDependencies& api, ApiRequest request) {
  const auto deleted = co_await api.logins.delete_token(request.caller.user_id, request.path_parameter("id"));
  if (!deleted) co_return refuse(deleted.error());
  co_return http::Response{.status = 204};
}

}  // namespace storefleet::api
