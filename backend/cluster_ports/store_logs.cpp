// Logs of a store's containers, by the role that the API has inside the store namespace.
#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "cluster_ports/pod_views.hpp"
#include "cluster_ports/store_insight.hpp"
#include "k8s/resource.hpp"

namespace storefleet::cluster_ports {
namespace {

constexpr int kMostBytes = 4 * 1024 * 1024;          // of an answer
constexpr std::size_t kMostBuffered = 128UL * 1024;  // for a reader that is slower than the log
constexpr std::chrono::minutes kLongestFollow{60};
/// A kubelet that cannot follow says so right after the lines that are there: these wait so long for it.
constexpr std::chrono::milliseconds kFirstLook{200};
constexpr std::size_t kMostTroubleBytes = 200;

std::vector<std::string> components_of(const engines::Engine* engine) {
  std::vector<std::string> names;
  if (engine != nullptr)
    for (const auto& workload : engine->workloads) names.push_back(workload.name);
  if (names.empty()) names = {"web", "database"};
  std::ranges::sort(names);
  return names;
}

k8s::LogOptions log_options(const LogSource& source, const LogQuery& query) {
  k8s::LogOptions options{.container = source.container,
                          .tail_lines = query.tail,
                          .previous = query.previous,
                          .timestamps = true};
  if (query.since) options.since_seconds = static_cast<int>(query.since->count());
  return options;
}

std::unexpected<Error> no_pod(const std::string& component) {
  return fail(ErrorCode::kConflict, fmt::format("The store has no pod of '{}' yet.", component),
              Reason::kNoPod);
}

/// The pod may have gone, or its container not have started, since it was found.
Error log_error_of(Error error) {
  if (error.code == ErrorCode::kNotFound)
    return {ErrorCode::kConflict, "The pod has gone meanwhile.", Reason::kNoPod};
  if (error.code == ErrorCode::kInvalidArgument)
    return {ErrorCode::kConflict, std::move(error.message), Reason::kContainerNotRunning};
  return error;
}

/// Whether a line begins with the time that the kubelet puts before each line of a container.
bool is_stamped(std::string_view line) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (line.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool fits = kForm[i] == 'd' ? line[i] >= '0' && line[i] <= '9' : line[i] == kForm[i];
    if (!fits) return false;
  }
  return true;
}

/// What stands in a log without a time is the kubelet's or the API server's word about it: these have
/// answered 200 by then.
Error log_trouble(std::string_view line) {
  if (line.contains("too many open files") || line.contains("inotify"))
    return {ErrorCode::kUnavailable, "The node follows as many logs as it can.", Reason::kLogUnavailable};
  std::string shown;
  for (const char c : line.substr(0, kMostTroubleBytes)) shown += c >= ' ' && c < 0x7f ? c : '?';
  return {ErrorCode::kUnavailable, fmt::format("The node cannot read this log: {}", shown),
          Reason::kLogUnavailable};
}

/// What the reading side of a followed log leaves for the writing side.
struct Follow {
  explicit Follow(const asio::any_io_executor& executor) : wake(executor) {}

  bool take(std::string_view line) {
    if (!is_stamped(line)) {
      trouble = log_trouble(line);
      return false;
    }
    if (lines.size() + line.size() > kMostBuffered) {
      ++left_out;
    } else {
      if (left_out > 0)
        lines += fmt::format("-- {} lines left out: they came faster than they were read --\n",
                             std::exchange(left_out, 0));
      lines.append(line).append("\n");
    }
    wake.cancel();
    return true;
  }

  std::string lines;
  std::size_t left_out = 0;
  std::optional<Error> trouble;
  std::optional<Result<void>> ended;
  asio::steady_timer wake;
};

Task<void> read_into(k8s::Client& client, LogSource source, k8s::LogOptions options, Follow& follow) {
  auto on_line = [&follow](std::string_view line) { return follow.take(line); };
  const auto ended = co_await client.stream_pod_logs(std::move(source.store_namespace), std::move(source.pod),
                                                     std::move(options), on_line);
  follow.ended = follow.trouble ? std::unexpected(*follow.trouble) : ended;
  follow.wake.cancel();
}

}  // namespace

Task<Result<LogSource>> ClusterStoreInsight::find_log(Store store, LogQuery query) {
  const auto components = components_of(catalogue_.find(store.spec.engine));
  if (std::ranges::find(components, query.component) == components.end())
    co_return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("There is no such component; this store has: {}.", fmt::join(components, ", ")),
        Reason::kUnknownComponent);
  if (store.status.store_namespace.empty()) co_return no_pod(query.component);
  k8s::ListOptions options{.label_selector = "app.kubernetes.io/component=" + query.component};
  const auto pods = co_await client_.list(k8s::kPod, store.status.store_namespace, std::move(options));
  // The role is bound inside the namespace, so before that, and after, the answer is Forbidden.
  if (!pods && (pods.error().code == ErrorCode::kForbidden || pods.error().code == ErrorCode::kNotFound))
    co_return no_pod(query.component);
  if (!pods) co_return std::unexpected(pods.error());
  co_return choose_log(array_at(*pods, {"items"}), query);
}

Task<Result<std::string>> ClusterStoreInsight::logs(LogSource source, LogQuery query) {
  auto options = log_options(source, query);
  options.limit_bytes = kMostBytes;
  auto text =
      co_await client_.pod_logs(std::move(source.store_namespace), std::move(source.pod), std::move(options));
  if (!text) co_return std::unexpected(log_error_of(std::move(text.error())));
  const auto first = std::string_view(*text).substr(0, text->find('\n'));
  if (!first.empty() && !is_stamped(first)) co_return std::unexpected(log_trouble(first));
  co_return std::move(*text);
}

Task<Result<void>> ClusterStoreInsight::follow_logs(LogSource source, LogQuery query, LogWriter write) {
  // The reading task must have ended before this frame goes, also when this task is cancelled.
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  const auto until = std::chrono::steady_clock::now() + kLongestFollow;
  const auto first_look = std::chrono::steady_clock::now() + kFirstLook;
  bool begun = false;
  Follow follow(executor);
  TaskScope scope(executor);
  scope.spawn("follow a log", read_into(client_, source, log_options(source, query), follow));
  Result<void> outcome;
  while (true) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) break;
    if (!begun && !follow.ended && std::chrono::steady_clock::now() < first_look &&
        follow.lines.size() < kMostBuffered / 2) {
      follow.wake.expires_at(first_look);
      co_await follow.wake.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    if (follow.trouble && !begun) follow.lines.clear();  // what comes is a problem, not a log
    if (!follow.lines.empty() || (!begun && !follow.ended)) {
      begun = true;
      auto lines = std::exchange(follow.lines, {});
      outcome = co_await write(std::move(lines));
      if (!outcome) break;
      continue;
    }
    if (follow.ended) {
      if (!*follow.ended) outcome = std::unexpected(log_error_of(follow.ended->error()));
      break;
    }
    if (std::chrono::steady_clock::now() >= until) break;
    follow.wake.expires_at(until);
    co_await follow.wake.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  scope.cancel();
  co_await scope.join();
  co_return outcome;
}

}  // namespace storefleet::cluster_ports
