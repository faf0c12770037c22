#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storefleet::inline base {

/// The number that a Kubernetes quantity means: "250m" is 0.25, "1.5Gi" is 1610612736, "1e3" is 1000. Nothing
/// where the text is no quantity.
/// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
std::optional<double> parse_quantity(std::string_view text);

/// The same as bytes of memory or storage, exact up to the largest and rounded up as Kubernetes does: "20Gi",
/// "1.5Gi", "500M". Nothing where the text is no quantity, is negative or means more than fits.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// "1.5Gi", with one digit behind the point where it is below 10 and not whole.
std::string bytes_text(double bytes);

}  // namespace storefleet::inline base
