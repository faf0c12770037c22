#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "engines/engine.hpp"

namespace storefleet::engines {

/// "<expires>.<nonce>.<signature>": admits whoever shows it to a store's administration once, until `expires`
/// (whole seconds). The signature is HMAC-SHA256 over the two others with a key that the store has from its
/// Secret, so that the store verifies it without asking anybody (docs/engines.md).
std::string login_token(std::string_view key, TimePoint expires, std::string_view nonce);

/// Path and query of a fresh login link of an engine that has a login path.
std::string login_target(const Engine& engine, std::string_view key, TimePoint expires);

}  // namespace storefleet::engines
