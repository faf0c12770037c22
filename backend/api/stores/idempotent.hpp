#pragma once
#include <optional>
#include <string>

#include "api/context.hpp"
#include "api/request.hpp"

namespace storefleet::api {

/// An Idempotency-Key that this request has reserved; empty where it carries none.
struct ReservedKey {
  std::string caller;
  std::string key;
  std::string proof;  // of this caller, key and request: marks what it creates, in case the answer gets lost
};

/// Either the key is ours now, or there is an answer already: the remembered one, or a problem (409
/// RequestInFlight, 422 IdempotencyKeyReused, 503 where the database cannot be asked).
struct KeyOutcome {
  ReservedKey reserved;
  std::optional<std::expected<RememberedAnswer, Problem>> answer;
};
Task<KeyOutcome> reserve_key(IdempotencyKeys& keys, ApiRequest request);

/// Remembers what succeeded and frees the key of what did not, so that the caller may correct and repeat it.
Task<void> finish_key(IdempotencyKeys& keys, ReservedKey reserved, Answer answer);

}  // namespace storefleet::api
