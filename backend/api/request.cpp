#include "api/request.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {

std::string QueryReader::text(std::string_view name, std::size_t most) {
  known_.push_back(name);
  const auto value = query_.get(name).value_or("");
  const auto characters = count_characters(value);
  if (!characters) wrong(name, "must be text without control characters");
  if (characters.value_or(0) > most) wrong(name, fmt::format("must have at most {} characters", most));
  return std::string(value);
}

std::int64_t QueryReader::integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                                  std::int64_t most) {
  known_.push_back(name);
  const auto value = query_.get(name);
  if (!value) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc{} && end == value->data() + value->size() && number >= least && number <= most)
    return number;
  wrong(name, fmt::format("must be a whole number from {} to {}", least, most));
  return fallback;
}

bool QueryReader::flag(std::string_view name) {
  known_.push_back(name);
  const auto value = query_.get(name).value_or("false");
  if (value != "true" && value != "false") wrong(name, "must be true or false");
  return value == "true";
}

void QueryReader::wrong(std::string_view name, std::string_view why) {
  trouble_ += fmt::format("{}{} {}.", trouble_.empty() ? "" : " ", name, why);
}

std::optional<Problem> QueryReader::problem() {
  for (const auto& [name, value] : query_)
    if (std::ranges::find(known_, name) == known_.end())
      wrong(clean_text(name, 80), "is not a parameter here");
  if (trouble_.empty()) return std::nullopt;
  return Problem{.status = 400,
                 .code = ProblemCode::kInvalidParameter,
                 .detail = trouble_,
                 .remedy = fmt::format("Correct the query string; known here: {}.", fmt::join(known_, ", "))};
}

bool is_resource_name(std::string_view text) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 253 && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || c == '-' || c == '.'; });
}

http::Response json_response(unsigned status, const json::value& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json::serialize(body)};
}

}  // namespace storefleet::api
