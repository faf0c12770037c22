#include <limits>

#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/routes.hpp"

namespace storefleet {

Task<Answer> list_store_events(const ApiDependencies& api, ApiRequest request) {
  const auto name = request.path_parameter("name");
  QueryReader query(request.query);
  const auto after = query.integer("after", 0, 0, std::numeric_limits<std::int64_t>::max());
  const auto limit = query.integer("limit", 100, 1, 1000);
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  EventQuery wanted{
      .store_uid = {}, .store_name = name, .after = after, .limit = static_cast<std::size_t>(limit)};
  const auto events = co_await api.history.events(std::move(wanted));
  if (!events) co_return refuse(events.error());
  if (events->empty() && after == 0) {  // a store without events, or a name that nobody ever used
    const auto store = co_await api.stores.get(name);
    if (!store) co_return refuse(store.error());
  }
  json::array items;
  for (const auto& event : *events)
    if (may_see(request.caller, event.team)) items.push_back(event_dto(event));
  if (items.empty() && !events->empty())
    co_return refuse({ErrorCode::kNotFound, fmt::format("There is no store named '{}'.", name)});
  const auto last = events->empty() ? after : events->back().sequence;
  co_return json_response(200, json::object{{"items", std::move(items)}, {"lastSequence", last}});
}

Task<Answer> get_store_receipt(const ApiDependencies& api, ApiRequest request) {
  const auto receipt = co_await api.history.receipt(request.path_parameter("name"));
  if (!receipt) co_return refuse(receipt.error());
  if (!may_see(request.caller, receipt->team))
    co_return refuse({ErrorCode::kNotFound, "No such store has been deleted."});
  co_return json_response(200, receipt_dto(*receipt));
}

}  // namespace storefleet
