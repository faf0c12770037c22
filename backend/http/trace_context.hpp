#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace storefleet::http {

/// A request's place in a distributed trace: https://www.w3.org/TR/trace-context/
struct TraceContext {
  std::string trace_id;  // 32 hexadecimal digits in lower case, not all zero
  std::string span_id;   // 16 of them: of this request
  bool sampled = false;

  bool operator==(const TraceContext&) const = default;
};

/// Reads a `traceparent` of version 00, or of a later one as far as that is known. Nothing where it is
/// malformed: it is ignored then, as the standard says.
std::optional<TraceContext> parse_traceparent(std::string_view text);

/// As the value of `traceparent`.
std::string format_traceparent(const TraceContext& context);

/// The context of a request with these headers: in the caller's trace where it sent one valid `traceparent`,
/// else in a new one that is not sampled; with a span id of its own.
TraceContext continue_trace(const Headers& headers);

}  // namespace storefleet::http
