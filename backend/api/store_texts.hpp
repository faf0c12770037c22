#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/store.hpp"

namespace storefleet::api {

/// The JSON text of stores as the API shows them, kept as long as a store does not change, so that a page of
/// many is put together from texts. Keeps at most 32 MiB. One thread.
class StoreTexts {
 public:
  /// Valid until the next call.
  std::string_view text_of(const Store& store);

 private:
  struct Text {
    std::string resource_version;
    std::string text;
  };

  std::unordered_map<std::string, Text> texts_;  // by UID
  std::size_t bytes_ = 0;
  std::string unkept_;
};

}  // namespace storefleet::api
