#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "http/client.hpp"
#include "k8s/config.hpp"
#include "k8s/resource.hpp"
#include "k8s/write_fence.hpp"

namespace storefleet::k8s {

inline constexpr std::chrono::milliseconds kDefaultDeadline{15'000};

struct ListOptions {
  std::string label_selector = {};
  std::string field_selector = {};
  int limit = 0;  // objects a page; 0: all at once
  std::string continue_token = {};
  std::string resource_version = {};  // empty: the newest state; "0": whatever the server has cached
};

enum class DryRun { kNo, kYes };

struct ApplyOptions {
  std::string field_manager = std::string(kFieldManager);
  bool force = true;  // take over fields that another manager set
  std::string subresource = {};
  DryRun dry_run = DryRun::kNo;
};

struct DeleteOptions {
  std::string uid = {};                    // precondition; Conflict if the object is another one by now
  std::string resource_version = {};       // precondition
  std::string propagation = "Background";  // or "Foreground", "Orphan"
  std::optional<int> grace_period_seconds = {};
  DryRun dry_run = DryRun::kNo;
};

struct LogOptions {
  std::string container = {};
  std::optional<int> tail_lines = {};
  bool previous = false;
  std::optional<int> since_seconds = {};
  std::optional<int> limit_bytes = {};
  bool timestamps = false;
};

enum class WatchEventType { kAdded, kModified, kDeleted, kBookmark };

struct WatchEvent {
  WatchEventType type = WatchEventType::kAdded;
  json::value object;
};

struct WatchOptions {
  std::string resource_version = {};
  std::string label_selector = {};
  std::string field_selector = {};
  bool bookmarks = true;
  /// The server ends the watch after this long. The client gives up on a silent connection 30 s later.
  std::chrono::seconds timeout{290};
};

/// Where a list is after one page.
struct ListPosition {
  std::string continue_token;    // of the next page; empty: this was the last one
  std::string resource_version;  // of the whole list
};

struct ClientOptions {
  std::size_t max_connections = 8;
  /// Asked before everything but reads and watches; must outlive the client. Null: every call may go out.
  const WriteFence* fence = nullptr;
};

/// A thin client of one API server: one method a verb, JSON in and out. Kubernetes Status answers become
/// errors: `code` from HTTP status and reason, `reason` = Status.reason, `message` = Status.message. A 429
/// is repeated after its Retry-After, at most three times and within the deadline.
/// Calls come from the executor's one thread; the client must outlive them.
class Client {
 public:
  using Deadline = std::chrono::milliseconds;

  /// InvalidArgument if certificates or key cannot be read. Opens no connection yet.
  static Result<std::unique_ptr<Client>> create(asio::any_io_executor executor, ClusterConfig config,
                                                ClientOptions options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  Task<Result<json::value>> get(Resource resource, ObjectName name, Deadline deadline = kDefaultDeadline);

  /// The list object, with `metadata.continue` if there are more pages. Its items carry no apiVersion and
  /// kind. `ns` empty: all namespaces. Gone if `continue_token` or `resource_version` expired.
  Task<Result<json::value>> list(Resource resource, std::string ns, ListOptions options = {},
                                 Deadline deadline = kDefaultDeadline);

  /// The same item by item, in their order. One that cannot be read does not hide the others: `on_item` gets
  /// its name, namespace, uid and versions alone, see readable_object().
  Task<Result<ListPosition>> list_items(Resource resource, std::string ns, ListOptions options,
                                        std::function<void(const json::value&)> on_item,
                                        Deadline deadline = kDefaultDeadline);

  Task<Result<json::value>> create(Resource resource, std::string ns, json::value object,
                                   Deadline deadline = kDefaultDeadline);

  /// Server-side apply; sets apiVersion, kind and metadata.name/namespace where `object` lacks them.
  /// https://kubernetes.io/docs/reference/using-api/server-side-apply/
  Task<Result<json::value>> apply(Resource resource, ObjectName name, json::value object,
                                  ApplyOptions options = {}, Deadline deadline = kDefaultDeadline);

  /// JSON merge patch (RFC 7396). Put metadata.resourceVersion into it to make it conditional.
  Task<Result<json::value>> merge_patch(Resource resource, ObjectName name, json::value patch,
                                        std::string subresource = "", Deadline deadline = kDefaultDeadline);

  /// JSON patch (RFC 6902): an array of operations. A failed "test" is InvalidArgument (reason "Invalid").
  Task<Result<json::value>> json_patch(Resource resource, ObjectName name, json::value operations,
                                       std::string subresource = "", Deadline deadline = kDefaultDeadline);

  /// PUT; Conflict unless metadata.resourceVersion is current.
  Task<Result<json::value>> replace(Resource resource, ObjectName name, json::value object,
                                    std::string subresource = "", Deadline deadline = kDefaultDeadline);

  /// Deletes one object; what the server answers (the object while finalizers run, or a Status).
  Task<Result<json::value>> remove(Resource resource, ObjectName name, DeleteOptions options = {},
                                   Deadline deadline = kDefaultDeadline);

  /// Ends when no write is under way any more, with true, or after `at_most`. With a fence only.
  Task<bool> writes_ended(std::chrono::milliseconds at_most) const;

  /// What it asks before writes; null where nothing is asked.
  [[nodiscard]] const WriteFence* fence() const { return fence_; }

  Task<Result<std::string>> pod_logs(std::string ns, std::string pod, LogOptions options = {},
                                     Deadline deadline = kDefaultDeadline);

  /// Follows a log line by line until the container ends or `on_line` returns false. Lines longer than
  /// 1 MiB come in pieces. A log that says nothing is waited for.
  Task<Result<void>> stream_pod_logs(std::string ns, std::string pod, LogOptions options,
                                     std::function<bool(std::string_view)> on_line);

  /// Watches until the server ends it (success) or it breaks. Gone when `resource_version` is too old, as
  /// a status or as an ERROR event. `ns` empty: all namespaces.
  Task<Result<void>> watch(Resource resource, std::string ns, WatchOptions options,
                           std::function<void(WatchEvent)> on_event);

 private:
  Client(ClusterConfig config, std::unique_ptr<http::Client> http, std::unique_ptr<http::Client> logs,
         const WriteFence* fence, std::shared_ptr<std::size_t> writes);
  Task<Result<http::Response>> send(http::Request request, Deadline deadline);
  Task<Result<http::Response>> send_through(http::Client& connections, http::Request request,
                                            Deadline deadline);
  Task<Result<json::value>> send_json(http::Request request, Deadline deadline);
  Task<Result<json::value>> patch(std::string_view media_type, Resource resource, ObjectName name,
                                  json::value body, std::string subresource, Deadline deadline);
  Task<Result<void>> stream(http::Request request, http::StreamDeadlines deadlines,
                            std::function<bool(std::string_view)> on_chunk);
  void prepare(http::Request& request);

  ClusterConfig config_;
  std::unique_ptr<http::Client> http_;
  std::unique_ptr<http::Client> logs_;
  const WriteFence* fence_;
  std::shared_ptr<std::size_t> writes_;  // under way; not counted without a fence
  std::string token_;
  std::chrono::steady_clock::time_point token_read_at_;
};

/// The error that an answer of status 400 or above means; used by the client, public for tests.
Error status_error(unsigned http_status, std::string_view body);

/// An object from its text: what is nested too deep is null in it; where it cannot be read at all, only what
/// identifies it is left of its metadata (name, namespace, uid, resourceVersion, generation,
/// deletionTimestamp and finalizers, as far as each can be read). Never fails: nothing that somebody stores
/// may hide the other objects.
json::value readable_object(std::string_view text);

/// Member of an object that could not be read; no kind of Kubernetes has it.
inline constexpr std::string_view kUnreadable = "storefleet.dev/unreadable";

/// One line of a watch: an event, nothing for a type that is not known, or the error of an ERROR event.
Result<std::optional<WatchEvent>> parse_watch_event(std::string_view line);

}  // namespace storefleet::k8s
