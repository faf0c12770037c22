#pragma once
#include <string>
#include <string_view>

#include "base/boot_clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

/// The JSON lines that the controller and the Helm helper exchange (helm-helper/README.md). Pure.
namespace storefleet::releases::helm_protocol {

/// One request as a line with its newline; `fields` are merged in.
std::string request_line(std::string_view id, std::string_view operation, const std::string& store_namespace,
                         json::object fields);

/// Tells the helper until when it may write to the cluster, and how long one write may take.
std::string lease_line(BootClock::time_point until, std::chrono::milliseconds longest_write);

struct Reply {
  std::string id;
  Result<void> result;
};

/// Reads one line of the helper; fails where it is no reply at all.
Result<Reply> parse_reply(std::string_view line);

}  // namespace storefleet::releases::helm_protocol
