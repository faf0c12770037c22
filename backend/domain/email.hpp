#pragma once
#include <string_view>

namespace storefleet::inline domain {

/// Whether `text` is an address that mail software takes without quoting: local@host.
bool is_email_address(std::string_view text);

}  // namespace storefleet::inline domain
