#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "api/access.hpp"
#include "api/dto.hpp"
#include "api/stores/routes.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kMostCharacters = 200;

EventQuery read_event_query(QueryReader& reader) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EventQuery query;
  query.store_uid = reader.text("uid", kMostCharacters);
  query.after = reader.integer("after", 0, 0, kMost);
  query.before = reader.integer("before", 0, 1, kMost);
  query.limit = static_cast<std::size_t>(reader.integer("limit", 100, 1, 1000));
  query.text = reader.text("q", kMostCharacters);
  query.source = reader.text("source");
  query.reason = reader.text("reason", kMostCharacters);
  const auto type = reader.text("type");
  const auto order = reader.text("order");
  query.type = parse_event_type(type);
  if (!type.empty() && !query.type) reader.wrong("type", "must be Normal or Warning");
  if (!query.source.empty() && query.source != "storefleet" && query.source != "kubernetes")
    reader.wrong("source", "must be storefleet or kubernetes");
  if (order == "desc") query.order = EventOrder::kNewestFirst;
  if (!order.empty() && order != "asc" && order != "desc") reader.wrong("order", "must be asc or desc");
  return query;
}

/// Whether the caller may know that the name is, or was, a store's; the error says why not.
Task<Result<void>> name_is_known(const ApiDependencies& api, Principal caller, std::string name) {
  const auto store = co_await api.stores.get(name);
  if (store && may_see(caller, store->spec.team)) co_return Result<void>{};
  if (!store && store.error().code != ErrorCode::kNotFound) co_return std::unexpected(store.error());
  EventQuery any{.store_name = name, .limit = 1, .teams = visible_teams(caller)};
  const auto events = co_await api.history.events(std::move(any));
  if (!events) co_return std::unexpected(events.error());
  if (!events->empty()) co_return Result<void>{};
  co_return fail(ErrorCode::kNotFound, fmt::format("There is no store named '{}'.", name));
}

}  // namespace

Task<Answer> list_store_events(const ApiDependencies& api, ApiRequest request) {
  const auto name = request.path_parameter("name");
  QueryReader reader(request.query);
  auto query = read_event_query(reader);
  if (auto problem = reader.problem()) co_return std::unexpected(std::move(*problem));
  query.store_name = name;
  query.teams = visible_teams(request.caller);
  const auto after = query.after;
  const auto before = query.before;
  const auto events = co_await api.history.events(std::move(query));
  if (!events) co_return refuse(events.error());
  if (events->empty()) {
    const auto known = co_await name_is_known(api, request.caller, name);
    if (!known) co_return refuse(known.error());
  }
  json::array items;
  for (const auto& event : *events) items.push_back(event_dto(event));
  const auto [first, last] = std::ranges::minmax_element(*events, {}, &StoreEvent::sequence);
  json::object body{{"items", std::move(items)}, {"lastSequence", events->empty() ? after : last->sequence}};
  const auto first_sequence = events->empty() ? before : first->sequence;
  if (first_sequence > 0) body["firstSequence"] = first_sequence;
  co_return json_response(200, body);
}

Task<Answer> get_store_receipt(const ApiDependencies& api, ApiRequest request) {
  const auto name = request.path_parameter("name");
  const auto receipt = co_await api.history.receipt(name, visible_teams(request.caller));
  if (receipt) co_return json_response(200, receipt_dto(*receipt));
  if (receipt.error().code != ErrorCode::kNotFound) co_return refuse(receipt.error());
  // Whoever may not see a store must not learn from the words that there is, or was, one.
  const auto known = co_await name_is_known(api, request.caller, name);
  if (!known) co_return refuse(known.error());
  co_return refuse({ErrorCode::kNotFound, fmt::format("No store named '{}' has been deleted.", name)});
}

}  // namespace storefleet::api
