#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace storefleet::inline base {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::string_view kCut = "…";

bool is_plain(std::string_view raw) {
  return std::ranges::all_of(raw, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

/// C0 but tab and line feed, DEL, and C1.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character.at(1)) < 0xa0;
}

}  // namespace

std::string clean_text(std::string_view raw, std::size_t most) {
  if (raw.size() <= most && is_plain(raw)) return std::string(raw);
  std::string text;
  text.reserve(std::min(raw.size(), most * 2));
  std::size_t count = 0;
  std::size_t last = 0;  // where the last character kept begins
  bool broken = false;   // a run of bytes that are no character is replaced once
  while (!raw.empty()) {
    const auto length = character_length(raw);
    const auto character = length == 0 ? kReplacement : raw.substr(0, length);
    raw.remove_prefix(std::max<std::size_t>(length, 1));
    if (length == 0 ? std::exchange(broken, true) : is_control(character)) continue;
    broken = length == 0;
    if (count == most) {
      text.resize(last);
      if (most > 0) text += kCut;
      break;
    }
    last = text.size();
    text += character;
    ++count;
  }
  return text;
}

}  // namespace storefleet::inline base
