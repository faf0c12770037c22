#pragma once
#include <string_view>

#include "base/json.hpp"

namespace storefleet::k8s {

/// What somebody set of an object, by its metadata.managedFields: every field that any manager owns, but for
/// metadata and status, and of the labels and annotations those that `manager` owns. What the API server
/// fills in by itself belongs to nobody and is left out, so that a newer one's defaults make no difference;
/// what a person adds is in it. Items of lists with keys come in the order of their keys.
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
json::value set_fields(const json::value& object, std::string_view manager);

/// Adds fields to others of the form of managedFields' fieldsV1.
void merge_fields(json::object& into, const json::object& from);

}  // namespace storefleet::k8s
