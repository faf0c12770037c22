#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "k8s/resource.hpp"

/// What the API server does with JSON. Pure.
namespace storefleet::simulation {

/// RFC 7396.
void merge(json::value& target, const json::value& patch);

/// What of a kind a list or a watch is about: a label selector ("a=b,c") and a name, each empty for all.
struct Selection {
  std::string labels;
  std::string name;
};
/// Of the query of a request's target.
Selection selection_of(std::string_view target);
bool selects(const Selection& selection, const json::value& object);
bool selects(std::string_view labels, const json::value& object);

/// "metadata" of an object, made where it is missing.
json::object& metadata(json::value& object);

/// Reads the query of a request's target.
std::string query_value(std::string_view target, std::string_view key);

/// A request's path, taken apart: "/apis/apps/v1/namespaces/shop/deployments/web/status".
struct Path {
  std::string plural;
  std::string ns;
  std::string name;
  std::string subresource;
};
Path parse_path(std::string_view target);

/// The kinds that the model knows, by their plural; nullptr for another.
const k8s::Resource* resource_of(std::string_view plural);

}  // namespace storefleet::simulation
