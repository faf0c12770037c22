#include "api/stores/idempotent.hpp"

#include <fmt/format.h>

#include "api/fingerprint.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kMaxKeyLength = 200;

Problem reused() {
  return {.status = 422,
          .code = ProblemCode::kIdempotencyKeyReused,
          .detail = "This Idempotency-Key came with another request before.",
          .remedy = "Use a new key for a new request."};
}

Problem in_flight() {
  return {.status = 409,
          .code = ProblemCode::kRequestInFlight,
          .detail = "The first request with this Idempotency-Key is still running.",
          .remedy = "Wait a moment, then repeat the request with the same key.",
          .retry_after = 1};
}

Problem no_key() {
  return {.status = 400,
          .code = ProblemCode::kInvalidParameter,
          .detail = fmt::format("The Idempotency-Key must be text of at most {} characters.", kMaxKeyLength),
          .remedy = "Send a UUID or something as short."};
}

}  // namespace

Task<KeyOutcome> reserve_key(IdempotencyKeys& keys, ApiRequest request) {
  const std::string key(request.http.headers.get("Idempotency-Key"));
  if (key.empty()) co_return KeyOutcome{};
  if (count_characters(key).value_or(kMaxKeyLength + 1) > kMaxKeyLength)
    co_return KeyOutcome{.reserved = {}, .answer = std::unexpected(no_key())};
  const auto hash =
      fingerprint(fmt::format("{} {}\n{}", request.http.method, request.http.target, request.http.body));
  const auto reserved = co_await keys.reserve(request.caller.name, key, hash);
  if (!reserved) co_return KeyOutcome{.reserved = {}, .answer = refuse(reserved.error())};
  const auto& known = *reserved;
  if (!known) {
    auto proof = fingerprint(fmt::format("{}\n{}\n{}", request.caller.name, key, hash));
    co_return KeyOutcome{.reserved = {request.caller.name, key, std::move(proof)}, .answer = std::nullopt};
  }
  if (known->body_hash != hash) co_return KeyOutcome{.reserved = {}, .answer = std::unexpected(reused())};
  if (known->status == 0) co_return KeyOutcome{.reserved = {}, .answer = std::unexpected(in_flight())};
  co_return KeyOutcome{.reserved = {}, .answer = *known};
}

Task<void> finish_key(IdempotencyKeys& keys, ReservedKey reserved, Answer answer) {
  if (reserved.key.empty()) co_return;
  Result<void> finished;
  if (answer)
    finished = co_await keys.remember(reserved.caller, reserved.key, answer->status, answer->body);
  else
    finished = co_await keys.forget(reserved.caller, reserved.key);
  if (!finished) log_warning("an idempotency key was not finished", {{"error", finished.error().message}});
}

}  // namespace storefleet::api
