#include <cstdint>
#include <cstdlib>
#include <string>

#include "storage/fuzz_row.hpp"
#include "storage/history.hpp"

/// What a pod answers or says, as it becomes a row of the event log.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storefleet;
  using namespace storefleet::storage;
  const std::string text(reinterpret_cast<const char*>(data), size);
  StoreEvent event;
  event.store_uid = text;
  event.store_name = text;
  event.team = text;
  event.source = text;
  event.reason = text;
  event.message = text;
  event.subject = text;
  event.engine = text;
  event.origin = text;
  if (!storage::is_storable(storage::event_row(event))) std::abort();
  return 0;
}
