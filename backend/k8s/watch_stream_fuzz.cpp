#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "k8s/client.hpp"
#include "k8s/line_splitter.hpp"

/// What an API server may send in a watch: the first byte says where it is cut in two. The lines are the same
/// however it was cut; each is an event or an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storefleet::k8s;
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto cut = stream.empty() ? 0 : data[0] % stream.size();
  const auto split = [](const std::vector<std::string_view>& pieces) {
    LineSplitter splitter(4096, LineSplitter::Overlong::kCut);
    std::vector<std::string> lines;
    for (const auto piece : pieces) {
      const auto fed = splitter.feed(piece);
      if (!fed) std::abort();
      lines.insert(lines.end(), fed->begin(), fed->end());
    }
    return lines;
  };
  const auto lines = split({stream});
  if (lines != split({stream.substr(0, cut), stream.substr(cut)})) std::abort();
  for (const auto& line : lines)
    if (const auto event = parse_watch_event(line); !event && event.error().message.empty()) std::abort();
  return 0;
}
