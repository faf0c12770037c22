#include "k8s/line_splitter.hpp"

#include <fmt/format.h>

namespace storefleet::k8s {

Result<std::vector<std::string_view>> LineSplitter::feed(std::string_view bytes) {
  pending_.erase(0, consumed_);
  consumed_ = 0;
  const std::size_t searched = pending_.size();  // holds no line feed
  pending_ += bytes;
  const std::string_view text = pending_;
  std::vector<std::string_view> lines;
  for (auto end = text.find('\n', searched); end != std::string_view::npos;
       end = text.find('\n', consumed_)) {
    if (end - consumed_ > max_ && overlong_ == Overlong::kFail)
      return fail(ErrorCode::kInternal, fmt::format("a line is longer than {} bytes", max_));
    cut(text.substr(consumed_, end - consumed_), lines);
    consumed_ = end + 1;
  }
  if (text.size() - consumed_ > max_) {
    if (overlong_ == Overlong::kFail)
      return fail(ErrorCode::kInternal, fmt::format("a line is longer than {} bytes", max_));
    const auto whole_pieces = (text.size() - consumed_) / max_ * max_;
    cut(text.substr(consumed_, whole_pieces), lines);
    consumed_ += whole_pieces;
  }
  return lines;
}

void LineSplitter::cut(std::string_view line, std::vector<std::string_view>& lines) const {
  while (!line.empty()) {
    lines.push_back(line.substr(0, max_));
    line.remove_prefix(lines.back().size());
  }
}

}  // namespace storefleet::k8s
