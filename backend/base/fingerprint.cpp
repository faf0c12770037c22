#include "base/fingerprint.hpp"

#include <charconv>

#include <fmt/format.h>

#include "base/digest.hpp"

namespace storefleet::inline base {
namespace {

void write(std::string& text, const json::value& value) {
  if (const auto* object = value.if_object()) {
    text += '{';
    for (const auto* member : sorted_members(*object)) {
      text += fmt::format("{}:{}=", member->key().size(), std::string_view(member->key()));
      write(text, member->value());
    }
    text += '}';
  } else if (const auto* array = value.if_array()) {
    text += '[';
    for (const auto& item : *array) {
      write(text, item);
      text += ',';
    }
    text += ']';
  } else if (const auto* string = value.if_string()) {
    text += fmt::format("{}'{}", string->size(), std::string_view(*string));
  } else if (value.is_null()) {
    text += '-';
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

std::uint64_t fingerprint(const json::value& value) {
  std::string text;
  write(text, value);
  const auto digest = sha256(text);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | digest[i];
  return number;
}

std::uint64_t parse_fingerprint(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return text.size() == 16 && error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::string fingerprint_text(std::uint64_t number) {
  return fmt::format("{:016x}", number);
}

}  // namespace storefleet::inline base
