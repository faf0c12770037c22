#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/access_watch.hpp"
#include "api/stream/event_hub.hpp"
#include "api/stream/routes.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kMostDigits = 18;
constexpr std::int64_t kMostRecent = 4096;

std::expected<std::int64_t, Problem> read_id(std::string_view text, std::string_view where) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::int64_t id = 0;
  if (!text.empty() && text.size() <= kMostDigits && std::ranges::all_of(text, digit)) {
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
  }
  return std::unexpected(Problem{
      .status = 400,
      .code = ProblemCode::kInvalidParameter,
      .detail = fmt::format("{} must be the number of an event, at most {} digits.", where, kMostDigits),
      .remedy = "Send the id that came last on the stream, or none to begin now."});
}

}  // namespace

Task<Answer> open_stream(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  const auto parameter = query.text("lastEventId");
  const auto recent = query.integer("recent", 0, 0, kMostRecent);
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  std::optional<std::int64_t> after;
  if (request.query.get("lastEventId")) {
    const auto id = read_id(parameter, "lastEventId");
    if (!id) co_return std::unexpected(id.error());
    after = *id;
  }
  // A browser that connects again repeats the query of its first connection: the header is newer.
  if (request.http.headers.contains("Last-Event-ID")) {
    const auto id = read_id(request.http.headers.get("Last-Event-ID"), "Last-Event-ID");
    if (!id) co_return std::unexpected(id.error());
    after = *id;
  }
  if (!after && recent > 0) after = std::max<std::int64_t>(0, api.events.position() - recent);
  auto lease = api.access != nullptr ? api.access->lease(request.caller) : nullptr;
  auto stream = co_await api.events.open(std::move(request.caller), after, std::move(lease));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  http::Response response{.headers = {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}}};
  response.stream = std::move(*stream);
  co_return response;
}

}  // namespace storefleet::api
