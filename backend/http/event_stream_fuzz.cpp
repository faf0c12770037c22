#include <cstdint>
#include <cstdlib>

#include "http/sse.hpp"

/// Server-sent events as a client reads them: the first byte says where the stream is cut in two. What comes
/// out is the same however it was cut, and written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storefleet;
  using namespace storefleet::http;
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data + 1), size - 1);
  EventStreamParser whole;
  const auto expected = whole.feed(stream);
  EventStreamParser halves;
  const auto cut = stream.empty() ? 0 : data[0] % stream.size();
  auto events = halves.feed(stream.substr(0, cut));
  for (auto& event : halves.feed(stream.substr(cut))) events.push_back(std::move(event));
  if (events != expected) std::abort();

  EventStreamParser again;
  for (const auto& event : expected)
    if (const auto read = again.feed(format_event(event));
        read.size() != 1 || read.front().data != event.data)
      std::abort();
  return 0;
}
