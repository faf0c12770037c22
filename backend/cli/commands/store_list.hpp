#pragma once
#include <string>

#include "base/json.hpp"
#include "cli/api_client.hpp"
#include "cli/session.hpp"

namespace storefleet::cli {

/// Which stores a list shows; what is empty lets all through.
struct StoreFilter {
  std::string phase;
  std::string engine;
  std::string team;
  std::string query;  // in name or title
};

/// Every page.
Outcome<json::array> list_all_stores(ApiClient& api, const StoreFilter& filter);

/// Prints the stores that `filter` means (the one of that name, where it is not empty), then each of them
/// whenever it changes, until interrupted.
Outcome<void> watch_stores(Session& session, const StoreFilter& filter, const std::string& name);

}  // namespace storefleet::cli
