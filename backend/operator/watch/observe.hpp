#pragma once
#include <optional>
#include <string>

#include "engines/catalogue.hpp"
#include "engines/settings.hpp"
#include "operator/watch/caches.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// Gathers what is known of a store from the caches; nothing where there is no such store (any more). No I/O.
std::optional<Observed> observe(const ClusterCaches& caches, const engines::EngineCatalogue& catalogue,
                                const engines::PlatformSettings& settings, const std::string& name,
                                const StoreMemory& memory);

/// What a store would take of its team's quota.
QuotaClaim quota_claim(const Store& store, const engines::EngineCatalogue& catalogue);

}  // namespace storefleet::store_operator
