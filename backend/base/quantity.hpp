#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storefleet::inline base {

/// "20Gi", "500M", "1073741824" as bytes, with the suffixes of Kubernetes; nothing where it is no whole, not
/// negative amount or more than fits.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// "1.5Gi", with one digit behind the point where it is below 10 and not whole.
std::string bytes_text(double bytes);

}  // namespace storefleet::inline base
