#include "api/store_texts.hpp"

#include "api/dto.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kMostBytes = 32UL * 1024 * 1024;

}  // namespace

std::string_view StoreTexts::text_of(const Store& store) {
  if (store.resource_version.empty()) return unkept_ = json::serialize(store_dto(store));
  const auto known = texts_.find(store.uid);
  if (known != texts_.end() && known->second.resource_version == store.resource_version)
    return known->second.text;
  auto text = json::serialize(store_dto(store));
  if (known != texts_.end()) bytes_ -= known->second.text.size();
  // Stores that went are forgotten with all the rest, which is made again as it is asked for.
  if (bytes_ + text.size() > kMostBytes) {
    texts_.clear();
    bytes_ = 0;
  }
  bytes_ += text.size();
  auto& kept = texts_[store.uid];
  kept = {store.resource_version, std::move(text)};
  return kept.text;
}

}  // namespace storefleet::api
