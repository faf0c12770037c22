#pragma once
#include <cstddef>
#include <string>

namespace storefleet::testing {

/// Random bytes, of every value, for tests: the same in every run that begins with the same `state`, which
/// goes on.
inline std::string noise(std::size_t size, unsigned& state) {
  std::string bytes;
  while (bytes.size() < size) {
    state = state * 1664525U + 1013904223U;
    bytes += static_cast<char>(state >> 24U);
  }
  return bytes;
}

}  // namespace storefleet::testing
