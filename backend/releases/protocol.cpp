#include "releases/protocol.hpp"

#include <fmt/format.h>

namespace storefleet::releases::helm_protocol {
namespace {

ErrorCode error_code(std::string_view code) {
  if (code == "NotFound") return ErrorCode::kNotFound;
  if (code == "AlreadyExists") return ErrorCode::kAlreadyExists;
  if (code == "InvalidChart" || code == "InvalidValues" || code == "InvalidRequest")
    return ErrorCode::kInvalidArgument;
  if (code == "Forbidden") return ErrorCode::kForbidden;
  if (code == "Conflict") return ErrorCode::kConflict;
  if (code == "Timeout") return ErrorCode::kDeadlineExceeded;
  if (code == "Unreachable") return ErrorCode::kUnavailable;
  return ErrorCode::kInternal;
}

}  // namespace

std::string request_line(std::string_view id, std::string_view operation, const std::string& store_namespace,
                         json::object fields) {
  fields["id"] = id;
  fields["op"] = operation;
  fields["namespace"] = store_namespace;
  fields["release"] = "store";
  return json::serialize(fields) + "\n";
}

std::string lease_line(BootClock::time_point until, std::chrono::milliseconds longest_write) {
  return fmt::format("{{\"op\":\"lease\",\"until\":{},\"longestMs\":{}}}\n", until.time_since_epoch().count(),
                     longest_write.count());
}

Result<Reply> parse_reply(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed) return std::unexpected(parsed.error().within("the Helm helper's answer"));
  const auto id = string_at(*parsed, {"id"});
  if (!id)
    return fail(ErrorCode::kInternal, fmt::format("the Helm helper answered without an id: {}",
                                                  string_or(*parsed, {"error", "message"})));
  if (!bool_or(*parsed, {"ok"}, false)) {
    const auto code = string_or(*parsed, {"error", "code"}, "Internal");
    return Reply{*id, fail(error_code(code), string_or(*parsed, {"error", "message"}))};
  }
  return Reply{*id, {}};
}

}  // namespace storefleet::releases::helm_protocol
