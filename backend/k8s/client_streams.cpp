// The calls whose answer has no end: watches and logs.
#include <fmt/format.h>

#include "base/json_scan.hpp"
#include "http/percent.hpp"
#include "k8s/client.hpp"
#include "k8s/line_splitter.hpp"

namespace storefleet::k8s {
namespace {

constexpr std::size_t kMaxEventBytes =
    std::size_t{16} * 1024 * 1024;                                // etcd's limit for an object is far lower
constexpr std::size_t kMaxLogLineBytes = std::size_t{64} * 1024;  // times the logs that are followed at once
constexpr std::chrono::milliseconds kIdleBeyondWatch{30'000};
constexpr std::chrono::milliseconds kLogIdle{24 * 3600 * 1000};

http::Request log_request(const std::string& ns, const std::string& pod, const LogOptions& options,
                          bool follow) {
  http::QueryParameters query;
  query.add_unless_empty("container", options.container);
  if (options.tail_lines) query.add("tailLines", std::to_string(*options.tail_lines));
  if (options.previous) query.add("previous", "true");
  if (options.since_seconds) query.add("sinceSeconds", std::to_string(*options.since_seconds));
  if (options.limit_bytes) query.add("limitBytes", std::to_string(*options.limit_bytes));
  if (options.timestamps) query.add("timestamps", "true");
  if (follow) query.add("follow", "true");
  http::Request request;
  request.target = object_path(kPod, {ns, pod}, "log");
  if (!query.empty()) request.target += "?" + query.to_string();
  request.headers.set("Accept", "*/*");
  return request;
}

}  // namespace

json::value readable_object(std::string_view text) {
  auto parsed = parse_json_flattened(text);
  if (parsed) return *std::move(parsed);
  const auto metadata = scan_member(text, "metadata");
  json::object known;
  for (const auto* key : {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
                          "deletionTimestamp", "finalizers"}) {
    const auto value = scan_member(metadata, key);
    if (value.empty()) continue;
    if (auto read = parse_json(value)) known[key] = *std::move(read);
  }
  return json::object{{"metadata", std::move(known)}, {kUnreadable, true}};
}

Result<std::optional<WatchEvent>> parse_watch_event(std::string_view line) {
  const auto members = scan_members(line);
  if (!members) return fail(ErrorCode::kInternal, "a watch event is " + members.error().message);
  std::string_view type;
  std::string_view object;
  for (const auto& [key, text] : *members) {
    if (key == "type") type = text;
    if (key == "object") object = text;
  }
  if (type.size() >= 2) type = type.substr(1, type.size() - 2);  // its quotes
  if (object.empty()) return fail(ErrorCode::kInternal, "a watch event has no object");
  if (type == "ERROR") {
    const auto status = readable_object(object);
    return std::unexpected(status_error(static_cast<unsigned>(int_or(status, {"code"}, 500)), object));
  }
  WatchEvent event;
  if (type == "ADDED") {
    event.type = WatchEventType::kAdded;
  } else if (type == "MODIFIED") {
    event.type = WatchEventType::kModified;
  } else if (type == "DELETED") {
    event.type = WatchEventType::kDeleted;
  } else if (type == "BOOKMARK") {
    event.type = WatchEventType::kBookmark;
  } else {
    return std::nullopt;  // a later server's invention
  }
  event.object = readable_object(object);
  return event;
}

Task<Result<void>> Client::watch(Resource resource, std::string ns, WatchOptions options,
                                 std::function<void(WatchEvent)> on_event) {
  http::QueryParameters query;
  query.add("watch", "true");
  query.add_unless_empty("resourceVersion", options.resource_version);
  query.add_unless_empty("labelSelector", options.label_selector);
  query.add_unless_empty("fieldSelector", options.field_selector);
  if (options.bookmarks) query.add("allowWatchBookmarks", "true");
  query.add("timeoutSeconds", std::to_string(options.timeout.count()));
  http::Request request;
  request.target = object_path(resource, {ns, ""}) + "?" + query.to_string();
  request.headers.set("Accept", "application/json");
  LineSplitter lines(kMaxEventBytes, LineSplitter::Overlong::kFail);
  Result<void> outcome;
  auto take_line = [&outcome, &on_event](std::string_view line) {
    auto event = parse_watch_event(line);
    if (!event) {
      outcome = std::unexpected(event.error());
      return false;
    }
    if (*event) on_event(std::move(**event));
    return true;
  };
  auto on_chunk = [&outcome, &lines, &take_line](std::string_view bytes) {
    const auto complete = lines.feed(bytes);
    if (!complete) {
      outcome = std::unexpected(complete.error());
      return false;
    }
    for (const auto line : *complete) {
      if (!take_line(line)) return false;
    }
    return true;
  };
  const http::StreamDeadlines deadlines{kDefaultDeadline, options.timeout + kIdleBeyondWatch};
  const auto ended = co_await stream(std::move(request), deadlines, on_chunk);
  if (!outcome) co_return outcome;
  co_return ended;
}

Task<Result<void>> Client::stream(http::Request request, http::StreamDeadlines deadlines,
                                  std::function<bool(std::string_view)> on_chunk) {
  prepare(request);
  const auto response = co_await http_->stream(std::move(request), deadlines, std::move(on_chunk));
  if (!response) co_return std::unexpected(response.error().within("the API server"));
  if (response->status == 401) token_read_at_ = {};
  if (response->status >= 400) co_return std::unexpected(status_error(response->status, response->body));
  co_return Result<void>{};
}

Task<Result<std::string>> Client::pod_logs(std::string ns, std::string pod, LogOptions options,
                                           Deadline deadline) {
  auto request = log_request(ns, pod, options, false);
  auto response = co_await send_through(*logs_, std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  co_return std::move(response->body);
}

Task<Result<void>> Client::stream_pod_logs(std::string ns, std::string pod, LogOptions options,
                                           std::function<bool(std::string_view)> on_line) {
  LineSplitter lines(kMaxLogLineBytes, LineSplitter::Overlong::kCut);
  bool wanted = true;
  auto on_chunk = [&lines, &on_line, &wanted](std::string_view bytes) {
    const auto complete = lines.feed(bytes);
    for (const auto line : *complete) {
      wanted = wanted && on_line(line);
    }
    return wanted;
  };
  const http::StreamDeadlines deadlines{kDefaultDeadline, kLogIdle};
  auto request = log_request(ns, pod, options, true);
  const auto ended = co_await stream(std::move(request), deadlines, on_chunk);
  if (ended && wanted && !lines.rest().empty()) on_line(lines.rest());
  co_return ended;
}

}  // namespace storefleet::k8s
