#include "http/trace_context.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.hpp"

namespace storefleet::http {
namespace {

constexpr std::size_t kLength = 55;  // "00-" 32 "-" 16 "-" 2

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && std::ranges::any_of(text, [](char c) { return c != '0'; });
}

/// A random id; all zeros mean "none".
std::string new_id(std::size_t digits) {
  auto id = random_hex(digits);
  while (!is_id(id)) id = random_hex(digits);
  return id;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < kLength) return std::nullopt;
  const auto version = text.substr(0, 2);
  const auto trace_id = text.substr(3, 32);
  const auto parent_id = text.substr(36, 16);
  const auto flags = text.substr(53, 2);
  const bool dashes = text[2] == '-' && text[35] == '-' && text[52] == '-';
  if (!dashes || !is_hex(version) || version == "ff" || !is_id(trace_id) || !is_id(parent_id) ||
      !is_hex(flags))
    return std::nullopt;
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return std::nullopt;
  const auto last = flags[1];
  const int bits = last <= '9' ? last - '0' : last - 'a' + 10;
  return TraceContext{
      .trace_id = std::string(trace_id), .span_id = std::string(parent_id), .sampled = (bits & 1) != 0};
}

std::string format_traceparent(const TraceContext& context) {
  return fmt::format("00-{}-{}-{}", context.trace_id, context.span_id, context.sampled ? "01" : "00");
}

TraceContext continue_trace(const Headers& headers) {
  const auto sent = headers.all("traceparent");
  auto context = sent.size() == 1 ? parse_traceparent(sent.front()) : std::nullopt;
  if (!context) context = TraceContext{.trace_id = new_id(32), .span_id = {}};
  context->span_id = new_id(16);
  return *std::move(context);
}

}  // namespace storefleet::http
