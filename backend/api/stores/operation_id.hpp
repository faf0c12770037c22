#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/store.hpp"

namespace storefleet::api {

enum class OperationKind { kCreate, kUpdate, kDelete };

std::string_view to_string(OperationKind kind);

/// What an operation's id says: derived from the store, so that no table is needed (design 11.3). The name is
/// in it for the look-up; the UID decides. The team is that of those who may ask, also when the store is
/// gone.
struct OperationId {
  OperationKind kind = OperationKind::kCreate;
  std::int64_t generation = 0;
  std::string store_uid;
  std::string store_name;
  std::string team;
};

/// `key` proves that the id was given out (fingerprint_with): one that somebody made up says nothing of what
/// there is.
std::string encode_operation_id(std::string_view key, OperationKind kind, const Store& store);
/// Nothing where the text is no operation id of that key.
std::optional<OperationId> decode_operation_id(std::string_view key, std::string_view text);

}  // namespace storefleet::api
