#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace storefleet::k8s {

/// Cuts a byte stream into lines at "\n" (watch events, logs), wherever the pieces were split. Pure.
class LineSplitter {
 public:
  /// What happens to a line that grows beyond the limit.
  enum class Overlong { kFail, kCut };

  LineSplitter(std::size_t max_line_bytes, Overlong overlong) : max_(max_line_bytes), overlong_(overlong) {}

  /// The lines these bytes complete, without their line feed, empty ones left out. Views are valid until
  /// the next call. Internal if a line is too long and that is a failure.
  Result<std::vector<std::string_view>> feed(std::string_view bytes);

  /// What followed the last line feed.
  [[nodiscard]] std::string_view rest() const { return std::string_view(pending_).substr(consumed_); }

 private:
  void cut(std::string_view line, std::vector<std::string_view>& lines) const;

  std::size_t max_;
  Overlong overlong_;
  std::string pending_;
  std::size_t consumed_ = 0;
};

}  // namespace storefleet::k8s
