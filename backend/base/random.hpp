#pragma once
#include <cstddef>
#include <string>

namespace storefleet::inline base {

/// `length` characters of Crockford base32 in lower case (5 bits each), from the operating system's
/// cryptographic generator. Valid inside a DNS label.
std::string random_base32(std::size_t length);

/// `length` hexadecimal digits in lower case, from the same generator.
std::string random_hex(std::size_t length);

/// `length` characters of [A-Za-z0-9] for passwords and tokens, from the same generator, unbiased.
std::string random_password(std::size_t length);

}  // namespace storefleet::inline base
