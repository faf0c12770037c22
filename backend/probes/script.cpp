#include "probes/script.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace storefleet::probes {
namespace {

constexpr std::size_t kShownBody = 160;

/// A captured value goes into paths, headers and bodies of later steps.
constexpr std::size_t kMostCapture = 4096;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The value that a step takes out of its answer; the error says what is missing.
Result<std::string> take(const engines::ProbeCapture& capture, const http::Response& response) {
  const auto missing = [](std::string what) { return fail(ErrorCode::kUnavailable, std::move(what)); };
  if (capture.whole_body) {
    const auto body = trimmed(response.body);
    if (body.empty()) return missing("expected a body");
    return std::string(body);
  }
  if (!capture.header.empty()) {
    const auto value = response.headers.get(capture.header);
    if (value.empty()) return missing(fmt::format("expected header {}", capture.header));
    return std::string(value);
  }
  const auto document = parse_json(response.body);
  json::error_code error;
  const auto* found = document ? document->find_pointer(capture.pointer, error) : nullptr;
  if (found == nullptr) return missing(fmt::format("expected a value at {}", capture.pointer));
  return found->is_string() ? to_std(found->get_string()) : json::serialize(*found);
}

}  // namespace

std::string substitute(const std::string& text, const ScriptVariables& variables) {
  std::string result;
  std::size_t taken = 0;
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) break;
    const auto known = variables.find(text.substr(open + 1, close - open - 1));
    if (known == variables.end()) continue;
    result.append(text, taken, open - taken).append(known->second);
    taken = close + 1;
    open = close;
  }
  return result.append(text, taken);
}

json::value substitute(const json::value& body, const ScriptVariables& variables) {
  if (const auto* text = body.if_string()) {
    const auto value = substitute(to_std(*text), variables);
    const bool placeholder = text->starts_with('{') && text->ends_with('}');
    const bool digits = !value.empty() && value.size() < 18 &&
                        std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (placeholder && digits) return std::stoll(value);
    return json::string(value);
  }
  if (const auto* object = body.if_object()) {
    json::object result;
    for (const auto& [key, value] : *object) result[key] = substitute(value, variables);
    return result;
  }
  if (const auto* array = body.if_array()) {
    json::array result;
    for (const auto& value : *array) result.push_back(substitute(value, variables));
    return result;
  }
  return body;
}

Result<void> judge(const engines::ProbeStep& step, const http::Response& response,
                   ScriptVariables& variables) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} ({} {}): {}; answer {}: {}", step.name, step.method, step.path, what,
                            response.status, clean_text(response.body, kShownBody)));
  };
  if (response.status != step.expect_status)
    return wrong(fmt::format("expected status {}", step.expect_status));
  if (const auto wanted = substitute(step.expect_body, variables);
      response.body.find(wanted) == std::string::npos)
    return wrong(fmt::format("expected '{}' in the body", wanted));
  for (const auto& capture : step.captures) {
    if (auto taken = take(capture, response); taken && taken->size() <= kMostCapture) {
      variables[capture.name] = *std::move(taken);
    } else {
      return wrong(taken ? fmt::format("{} is longer than {} bytes", capture.name, kMostCapture)
                         : taken.error().message);
    }
  }
  return {};
}

void CookieJar::take(const http::Headers& headers) {
  for (const auto field : headers.all("Set-Cookie")) {
    const auto pair = field.substr(0, field.find(';'));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = std::string(trimmed(pair.substr(0, equals)));
    if (field.find("Max-Age=0") != std::string_view::npos)
      cookies_.erase(name);
    else
      cookies_[name] = std::string(trimmed(pair.substr(equals + 1)));
  }
}

std::string CookieJar::header() const {
  std::string header;
  for (const auto& [name, value] : cookies_)
    header += fmt::format("{}{}={}", header.empty() ? "" : "; ", name, value);
  return header;
}

}  // namespace storefleet::probes
