#include "api/field_reader.hpp"

#include "api/passwords.hpp"
#include "base/text.hpp"

namespace storefleet::api {
namespace {

/// Characters of a key that nobody knows; whole ones, since the answer must be text too.
constexpr std::size_t kMostShown = 80;

}  // namespace

std::string pointer_to(std::string_view key) {
  std::string pointer = "/";
  for (const char c : clean_text(key, kMostShown)) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

std::expected<json::object, Problem> parse_object(std::string_view body, std::string_view remedy) {
  const auto parsed = parse_json(body);
  if (parsed && parsed->is_object()) return parsed->get_object();
  return std::unexpected(Problem{.status = 400,
                                 .code = ProblemCode::kInvalidJson,
                                 .detail = parsed ? "The body is not a JSON object."
                                                  : fmt::format("The body is {}.", parsed.error().message),
                                 .remedy = std::string(remedy)});
}

std::string read_password(FieldReader& fields, std::string_view key) {
  auto password = fields.text(key, {}, kMaxPasswordLength);
  if (!fields.failed(pointer_to(key)) && password.size() < kMinPasswordLength)
    fields.wrong(ProblemCode::kInvalidValues, pointer_to(key),
                 fmt::format("A password has at least {} characters.", kMinPasswordLength));
  return password;
}

}  // namespace storefleet::api
