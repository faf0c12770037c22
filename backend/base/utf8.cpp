#include "base/utf8.hpp"

namespace storefleet {

std::optional<std::size_t> count_characters(std::string_view text) {
  const auto byte = [&](std::size_t at) -> unsigned {
    return at < text.size() ? static_cast<unsigned char>(text.at(at)) : 0U;
  };
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const auto first = byte(at);
    std::size_t length = 1;
    if (first >= 0xc2) length = 2;
    if (first >= 0xe0) length = 3;
    if (first >= 0xf0) length = 4;
    if (first < 0x20 || first == 0x7f || (first >= 0x80 && first < 0xc2) || first > 0xf4) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i)
      if ((byte(at + i) & 0xc0U) != 0x80U) return std::nullopt;
    // Overlong forms, surrogates, and what is beyond U+10FFFF (RFC 3629).
    const auto second = byte(at + 1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
      return std::nullopt;
    at += length;
  }
  return count;
}

}  // namespace storefleet
