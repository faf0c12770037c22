#include "api/dto.hpp"
#include "api/routes.hpp"

namespace storefleet {

Task<Answer> list_engines(const ApiDependencies& api, ApiRequest) {
  json::array items;
  for (const auto& engine : api.engines.engines()) items.push_back(engine_dto(engine));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

}  // namespace storefleet
