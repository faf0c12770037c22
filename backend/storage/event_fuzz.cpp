#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.hpp"
#include "storage/history.hpp"

/// What a pod answers or says, as it becomes a row of the event log: always JSON that is valid UTF-8, without
/// what PostgreSQL refuses, and bounded.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storefleet;
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
  const auto row = event_row(event);
  const auto serialized = json::serialize(row);
  if (!parse_json(serialized) || serialized.contains("\\u0000")) std::abort();
  for (const auto& [key, value] : row) {
    if (!value.is_string()) continue;
    std::string visible = to_std(value.get_string());
    std::erase(visible, '\n');
    std::erase(visible, '\t');
    const auto characters = count_characters(visible);
    if (!characters || *characters > EventMessage::kMostCharacters) std::abort();
  }
  return 0;
}
