#include "api/testing/openapi_check.hpp"

#include <span>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "api/gate/router.hpp"
#include "http/percent.hpp"

namespace storefleet::api {

std::span<const std::pair<std::string_view, std::string_view>> openapi_files();

namespace {

const json::value nothing;

const json::value& at(const json::value& root, std::initializer_list<std::string_view> path) {
  const auto* found = find_at(root, path);
  return found != nullptr ? *found : nothing;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

bool is_method(std::string_view key) {
  return key == "get" || key == "post" || key == "delete" || key == "patch" || key == "put";
}

}  // namespace

OpenApiCheck::OpenApiCheck() : document_(parse_yaml(openapi_files().front().second).value()) {}

const json::value* OpenApiCheck::follow(const json::value* value) const {
  const auto reference = string_at(*value, {"$ref"});
  return reference ? &document_.at_pointer(reference->substr(1)) : value;
}

std::string OpenApiCheck::template_of(const std::string& path) const {
  Router<int> router;
  for (const auto& [pattern, item] : at(document_, {"paths"}).get_object())
    router.add("GET", std::string(pattern), 0);
  const auto match = router.match("GET", path);
  return std::string(match.route);
}

std::string OpenApiCheck::trouble(const json::value& schema, const json::value& value) const {
  // valijson resolves "#/components/…" against the document that the schema is the root of.
  json::object root = schema.get_object();
  root["components"] = at(document_, {"components"});
  const json::value holder(std::move(root));
  valijson::Schema parsed;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(holder), parsed);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(parsed, valijson::adapters::BoostJsonAdapter(value), &results)) return {};
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);)
    text += fmt::format("{}: {}\n", fmt::join(error.context, ""), error.description);
  return text.empty() ? "refused" : text;
}

void OpenApiCheck::expect_documented(const std::string& method, const std::string& path,
                                     const http::Response& response) const {
  const auto where = fmt::format("{} {} -> {}: {}", method, path, response.status, response.body);
  std::string verb = method;
  for (auto& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto& responses = at(document_, {"paths", template_of(path), verb, "responses"});
  const auto body = parse_json(response.body);
  if (responses.is_null()) {
    EXPECT_TRUE(response.status == 404 || response.status == 405 || response.status == 401) << where;
    EXPECT_EQ(trouble(at(document_, {"components", "schemas", "Problem"}), body.value()), "") << where;
    return;
  }
  const auto& documented = *follow(&at(responses, {std::to_string(response.status)}));
  ASSERT_TRUE(documented.is_object()) << "undocumented status: " << where;
  if (at(documented, {"content"}).is_null()) {
    EXPECT_TRUE(response.body.empty()) << "undocumented body: " << where;
    return;
  }
  const auto type = response.headers.get("Content-Type");
  const auto& media = at(documented, {"content", type.substr(0, type.find(';'))});
  ASSERT_TRUE(media.is_object()) << "undocumented media type " << type << ": " << where;
  for (const auto& [name, header] : object_at(documented, {"headers"}))
    if (name != "Idempotency-Replayed" && name != "Retry-After")
      EXPECT_TRUE(response.headers.contains(name)) << name << " is missing: " << where;
  if (!type.contains("json")) return;
  ASSERT_TRUE(body) << where;
  EXPECT_EQ(trouble(at(media, {"schema"}), *body), "") << where;
}

std::size_t OpenApiCheck::check_examples_in(const json::value& node) const {
  std::size_t count = 0;
  const auto check = [&](const json::value& schema, const json::value& example) {
    ++count;
    EXPECT_EQ(trouble(schema, example), "") << json::serialize(example);
  };
  if (const auto* array = node.if_array())
    for (const auto& each : *array) count += check_examples_in(each);
  const auto* object = node.if_object();
  if (object == nullptr) return count;
  if (const auto* schema = object->if_contains("schema"); schema != nullptr) {
    if (const auto* example = object->if_contains("example")) check(*schema, *example);
    for (const auto& [name, example] : object_at(node, {"examples"})) check(*schema, at(example, {"value"}));
  } else if (object->contains("example") && object->contains("type")) {
    check(node, object->at("example"));
  }
  for (const auto& [key, value] : *object)
    if (key != "example" && key != "examples") count += check_examples_in(value);
  return count;
}

std::size_t OpenApiCheck::check_examples() const {
  return check_examples_in(at(document_, {"paths"})) + check_examples_in(at(document_, {"components"}));
}

std::vector<std::string> OpenApiCheck::operations() const {
  std::vector<std::string> found;
  for (const auto& [path, item] : at(document_, {"paths"}).get_object())
    for (const auto& [key, operation] : item.get_object())
      if (is_method(key)) found.push_back(fmt::format("{} {}", upper(key), std::string_view(path)));
  return found;
}

TEST(OpenApiTest, EveryExampleFitsItsSchema) {
  EXPECT_GT(OpenApiCheck().check_examples(), 30U);
}

TEST(OpenApiTest, ABodyThatTheContractDoesNotHaveIsNoticed) {
  const OpenApiCheck contract;
  const http::Headers json_type{{"Content-Type", "application/json"}};
  EXPECT_NONFATAL_FAILURE(
      contract.expect_documented("GET", "/api/v1/me",
                                 {.headers = json_type, .body = R"({"name":"x","role":"admin","extra":1})"}),
      "extra");
  EXPECT_NONFATAL_FAILURE(
      contract.expect_documented("GET", "/api/v1/stores",
                                 {.headers = json_type, .body = R"({"total":1,"items":[{"name":"x"}]})"}),
      "uid");
}

TEST(OpenApiTest, EveryResponseUnderApiSaysWhatHappensWithoutAToken) {
  const OpenApiCheck contract;
  for (const auto& [path, item] : at(contract.document(), {"paths"}).get_object())
    for (const auto& [key, operation] : item.get_object())
      if (is_method(key) && path.starts_with("/api/"))
        EXPECT_NE(find_at(operation, {"responses", "401"}), nullptr) << path;
}

}  // namespace storefleet::api
