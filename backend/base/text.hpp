#pragma once
#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <fmt/format.h>

namespace storefleet::inline base {

/// `raw` as text that SQL, JSON and the API server take: what is no UTF-8 (RFC 3629) becomes U+FFFD, control
/// characters but tab and line feed are left out, and of more than `most` characters the last one kept is
/// "…".
std::string clean_text(std::string_view raw, std::size_t most);

/// Text that came from outside (a pod's answer, a log, an event, an error of somebody else's), fit for
/// whoever reads it next: always what clean_text makes of it, of at most kMost characters as the schemas
/// count them.
template <std::size_t kMost>
class Text {
 public:
  static constexpr std::size_t kMostCharacters = kMost;

  Text() = default;
  // Implicit, so that nothing outside gets past it: NOLINTBEGIN(google-explicit-constructor)
  Text(std::string_view raw) : text_(clean_text(raw, kMost)) {}
  Text(const std::string& raw) : Text(std::string_view(raw)) {}
  Text(const char* raw) : Text(std::string_view(raw)) {}
  template <std::size_t kOther>
  Text(const Text<kOther>& other) : Text(other.view()) {}
  operator const std::string&() const { return text_; }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] std::string_view view() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }  // bytes
  [[nodiscard]] bool contains(std::string_view part) const { return view().contains(part); }
  [[nodiscard]] std::size_t find(std::string_view part) const { return text_.find(part); }
  void clear() { text_.clear(); }

  bool operator==(const Text&) const = default;
  template <class Other>
    requires(!std::same_as<Other, Text> && std::convertible_to<const Other&, std::string_view>)
  bool operator==(const Other& other) const {
    return view() == std::string_view(other);
  }

  friend std::ostream& operator<<(std::ostream& stream, const Text& text) { return stream << text.text_; }
  friend void tag_invoke(boost::json::value_from_tag /*tag*/, boost::json::value& value, const Text& text) {
    value = boost::json::string(text.text_);
  }

 private:
  std::string text_;
};

}  // namespace storefleet::inline base

template <std::size_t kMost>
struct fmt::formatter<storefleet::Text<kMost>> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const storefleet::Text<kMost>& text, Context& context) const {
    return fmt::formatter<std::string_view>::format(text.view(), context);
  }
};
