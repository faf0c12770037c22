#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/ports/history.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "k8s/client.hpp"
#include "operator/watch/observed.hpp"
#include "probes/prober.hpp"
#include "releases/releases.hpp"

namespace storefleet::store_operator {

/// What actions work with; all of it outlives them.
struct Tools {
  k8s::Client& client;
  releases::Releases& releases;
  probes::Prober& prober;
  History& history;
  QuotaLedger& ledger;
  std::int64_t epoch;  // of this leader: what an older one writes to SQL is refused
};

/// Ok where the object was there already: somebody, perhaps this process before a crash, made it.
Result<void> created(const Result<json::value>& result);

Result<void> without_value(const Result<json::value>& result);

/// Ok where the API server itself has that very store at this moment; NotFound where it is gone, or another
/// has its name. What is made for a store that is gone nobody would take away again.
Task<Result<void>> still_there(Tools tools, const Store& store);

/// Deletes exactly the object of that UID, and of that version where one is given; one that is gone already
/// counts as deleted.
Task<Result<void>> remove(Tools tools, k8s::Resource resource, k8s::ObjectName name, std::string uid,
                          std::string resource_version = {});

/// Adds names to what the teardown receipt says was removed.
void note_removed(StoreMemory& memory, std::string_view kind, const std::string& name);
void note_volumes(Observed& observed);

}  // namespace storefleet::store_operator
