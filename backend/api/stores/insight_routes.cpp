// What a store's pods say and use, live.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "api/access_watch.hpp"
#include "api/dto.hpp"
#include "api/stores/change.hpp"
#include "api/stores/routes.hpp"
#include "base/duration.hpp"
#include "http/server.hpp"

namespace storefleet::api {
namespace {

/// "90s", "10m", "2h", "1d" or plain seconds, as the contract has it: whole seconds, none that begin with 0.
std::optional<std::chrono::seconds> read_since(std::string_view text) {
  const auto duration = parse_duration(text, std::chrono::days(7));
  if (!duration || text.starts_with('0') || text.ends_with("ms")) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

LogQuery read_log_query(QueryReader& reader) {
  LogQuery query;
  if (const auto component = reader.text("component", 253); !component.empty()) query.component = component;
  query.container = reader.text("container", 253);
  query.tail = static_cast<int>(reader.integer("tail", 200, 0, 10'000));
  const auto since = reader.text("since");
  if (reader.has("since")) query.since = read_since(since);
  if (reader.has("since") && !query.since)
    reader.wrong("since", "must be a duration such as 10m, at most 7d");
  query.previous = reader.flag("previous");
  query.follow = reader.flag("follow");
  if (query.previous && query.follow) reader.wrong("follow", "cannot be combined with previous");
  if (!query.container.empty() && !is_resource_name(query.container))
    reader.wrong("container", "must be the name of a container");
  if (!is_resource_name(query.component)) reader.wrong("component", "must be the name of a component");
  return query;
}

Problem log_problem(const Store& store, const Error& error) {
  if (error.reason == Reason::kNoPod && store.is_stopped()) return store_stopped(store);
  return to_problem(error);
}

/// Whether a followed log may go on.
struct LogAccess {
  std::shared_ptr<AccessLease> lease;  // none: it may
  std::string team;
  bool writing = false;  // part of a line may be out

  [[nodiscard]] std::string_view ended() const {
    if (!lease || !lease->ended().empty()) return lease ? lease->ended() : std::string_view();
    return may_see(lease->caller(), team) ? std::string_view()
                                          : "You are no member of the store's team any more.";
  }
};

Task<Result<void>> write_log(http::ResponseStream& stream, LogAccess& access, std::string lines) {
  if (!access.ended().empty()) co_return fail(ErrorCode::kForbidden, std::string(access.ended()));
  access.writing = true;
  auto written = co_await stream.write(std::move(lines));
  access.writing = false;
  co_return written;
}

/// Ends with the access, but not in the middle of a write; with its task otherwise.
Task<void> until_access_ends(LogAccess& access) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer changed(executor);
  access.lease->on_change([&changed] { changed.cancel(); });
  const std::shared_ptr<void> forget(nullptr, [&access](void*) { access.lease->on_change(nullptr); });
  while (access.ended().empty()) {
    changed.expires_at(std::chrono::steady_clock::time_point::max());
    co_await changed.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
  }
  while (access.writing) {
    const bool go_on = co_await sleep_for(std::chrono::milliseconds(20));
    if (!go_on) co_return;
  }
}

/// As the port's, until the access ends.
Task<Result<void>> follow_while_allowed(StoreInsight& insight, LogSource source, LogQuery query,
                                        LogAccess& access, LogWriter write) {
  using asio::experimental::awaitable_operators::operator||;
  auto following = insight.follow_logs(std::move(source), std::move(query), std::move(write));
  if (!access.lease) co_return co_await std::move(following);
  auto either = std::move(following) || until_access_ends(access);
  const auto first = co_await std::move(either);
  co_return first.index() == 0 ? std::get<0>(first) : Result<void>{};
}

/// Who follows a log, and which.
struct FollowedLog {
  StoreInsight& insight;  // outlives the server
  std::shared_ptr<const Store> store;
  LogSource source;
  LogQuery query;
  std::string request_id;
  Budget::Lease place;
  LogAccess access;
};

/// `stream` outlives this task. A log that cannot be followed is a problem as long as nothing of it was sent.
Task<void> stream_log(std::shared_ptr<FollowedLog> log, http::ResponseStream& stream) {
  bool begun = false;
  auto& access = log->access;
  LogWriter write = [&stream, &begun, &access](std::string lines) {
    begun = true;
    return write_log(stream, access, std::move(lines));
  };
  auto source = log->source;
  auto query = log->query;
  const auto ended = co_await follow_while_allowed(log->insight, std::move(source), std::move(query), access,
                                                   std::move(write));
  const std::string why(access.ended());
  const bool quiet = ended.has_value() || ended.error().code == ErrorCode::kCancelled;
  if (!stream.open() || (quiet && why.empty())) co_return;
  if (!begun && why.empty()) {
    auto answer = problem_response(log_problem(*log->store, ended.error()), log->request_id);
    answer.headers.set("X-Request-Id", log->request_id);
    answer.headers.set("Cache-Control", "no-store");
    if (stream.answer_instead(std::move(answer))) co_return;
  }
  std::string last = fmt::format("-- the log ended: {} --\n", why.empty() ? ended.error().message : why);
  co_await stream.write(std::move(last));
}

Task<Answer> follow_log(const ApiDependencies& api, ApiRequest request, LogSource source, LogQuery query,
                        http::Response response) {
  auto place = api.budgets->followed_logs.take(budget_holder(request.caller, request.http.remote_address));
  if (!place)
    co_return std::unexpected(
        exhausted(place.error(), "followed logs", "Close one of the logs that you follow, then try again."));
  response.headers.set("X-Accel-Buffering", "no");
  LogAccess access{.lease = api.access != nullptr ? api.access->lease(request.caller) : nullptr,
                   .team = request.store->spec.team};
  auto log = std::make_shared<FollowedLog>(FollowedLog{.insight = api.insight,
                                                       .store = request.store,
                                                       .source = std::move(source),
                                                       .query = std::move(query),
                                                       .request_id = request.id,
                                                       .place = *std::move(place),
                                                       .access = std::move(access)});
  response.stream = [log = std::move(log)](http::ResponseStream& stream) { return stream_log(log, stream); };
  co_return response;
}

}  // namespace

Task<Answer> get_store_logs(const ApiDependencies& api, ApiRequest request) {
  QueryReader reader(request.query);
  auto query = read_log_query(reader);
  if (auto problem = reader.problem()) co_return std::unexpected(std::move(*problem));
  auto source = co_await api.insight.find_log(*request.store, query);
  if (!source) co_return std::unexpected(log_problem(*request.store, source.error()));
  http::Response response{
      .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                  {"Storefleet-Log-Source", fmt::format("{}/{}", source->pod, source->container)}}};
  if (query.follow) {
    auto followed = co_await follow_log(api, std::move(request), *std::move(source), std::move(query),
                                        std::move(response));
    co_return followed;
  }
  auto place = api.budgets->log_reads.take(budget_holder(request.caller, request.http.remote_address));
  if (!place)
    co_return std::unexpected(exhausted(place.error(), "logs being read",
                                        "Wait for the other one, or ask for fewer lines (tail)."));
  auto text = co_await api.insight.logs(*std::move(source), std::move(query));
  if (!text) co_return std::unexpected(log_problem(*request.store, text.error()));
  response.body = std::move(*text);
  co_return response;
}

Task<Answer> get_store_metrics(const ApiDependencies& api, ApiRequest request) {
  const auto usage = co_await api.insight.usage(*request.store);
  if (!usage) co_return refuse(usage.error());
  co_return json_response(200, usage_dto(*usage));
}

}  // namespace storefleet::api
