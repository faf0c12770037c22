#pragma once
#include <algorithm>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/problem.hpp"
#include "base/json.hpp"

namespace storefleet::api {

/// "/key" as a JSON pointer (RFC 6901).
std::string pointer_to(std::string_view key);

/// The body as a JSON object, or 400 InvalidJson with that remedy.
std::expected<json::object, Problem> parse_object(std::string_view body, std::string_view remedy);

inline bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

/// Of UTF-8, which the JSON parser has checked.
inline std::size_t characters_of(std::string_view text) {
  return std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; });
}

/// Takes fields out of a body and collects what is wrong with them.
class FieldReader {
 public:
  explicit FieldReader(const json::object& body, std::string place = {})
      : body_(body), place_(std::move(place)) {}

  void wrong(ProblemCode code, std::string pointer, std::string detail, unsigned status = 422) {
    if (problem_.errors.empty() || (status == 400 && problem_.status != 400)) {
      problem_.status = status;
      problem_.code = code;
    }
    problem_.errors.push_back({std::move(pointer), std::move(detail)});
  }

  void refuse_unknown_fields(std::span<const std::string_view> known) {
    for (const auto& [key, value] : body_)
      if (std::ranges::find(known, std::string_view(key)) == known.end())
        wrong(ProblemCode::kUnknownField, at(key),
              fmt::format("There is no such field; known are {}.", fmt::join(known, ", ")), 400);
  }

  /// The pointer of a field of this body.
  [[nodiscard]] std::string at(std::string_view key) const { return place_ + pointer_to(key); }

  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return fallback;
    const auto* number = value->if_int64();
    if (number != nullptr && *number >= least && *number <= most) return *number;
    wrong(ProblemCode::kInvalidValues, at(key),
          fmt::format("This must be a whole number from {} to {}.", least, most));
    return fallback;
  }

  /// What is wrong inside an object of this body is wrong with this body.
  void take_over(FieldReader& inner) {
    for (auto& error : inner.problem_.errors)
      wrong(inner.problem_.code, error.pointer, error.detail, inner.problem_.status);
  }

  /// The text there, or `fallback` where it is absent or wrong.
  std::string text(std::string_view key, std::string fallback = {}, std::size_t most = 200) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return fallback;
    const auto* text = value->if_string();
    if (text == nullptr) {
      wrong(ProblemCode::kInvalidValues, at(key), "This must be a text.");
      return fallback;
    }
    if (characters_of(*text) > most || std::ranges::any_of(*text, is_control)) {
      wrong(ProblemCode::kInvalidValues, at(key),
            fmt::format("At most {} characters are allowed, and no control characters.", most));
      return fallback;
    }
    return to_std(*text);
  }

  bool flag(std::string_view key, bool fallback) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return fallback;
    if (!value->is_bool()) wrong(ProblemCode::kInvalidValues, at(key), "This must be true or false.");
    return value->is_bool() ? value->get_bool() : fallback;
  }

  json::object object(std::string_view key) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return {};
    if (!value->is_object()) wrong(ProblemCode::kInvalidValues, at(key), "This must be an object.");
    return value->is_object() ? value->get_object() : json::object{};
  }

  /// The array there, or an empty one.
  json::array array(std::string_view key) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return {};
    if (!value->is_array()) wrong(ProblemCode::kInvalidValues, at(key), "This must be a list.");
    return value->is_array() ? value->get_array() : json::array{};
  }

  [[nodiscard]] bool has(std::string_view key) const { return body_.contains(key); }
  [[nodiscard]] bool failed(std::string_view pointer) const {
    return std::ranges::any_of(problem_.errors,
                               [&](const auto& error) { return error.pointer.starts_with(pointer); });
  }

  /// Nothing where all fields were right.
  std::optional<Problem> problem() {
    if (problem_.errors.empty()) return std::nullopt;
    problem_.detail = problem_.errors.front().detail;
    problem_.remedy = "Correct the fields listed under errors and send the request again.";
    return std::move(problem_);
  }

 private:
  const json::object& body_;
  std::string place_;  // pointer of the body within the request
  Problem problem_{.status = 422, .detail = {}, .remedy = {}};
};

/// A new password of that field; says what is wrong with it.
std::string read_password(FieldReader& fields, std::string_view key);

}  // namespace storefleet::api
