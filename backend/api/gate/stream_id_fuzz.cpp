#include "api/testing/fuzz_api.hpp"

/// The ids with which clients take up a stream again: as a header, and behind a line feed as a query.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storefleet::api::FuzzApi api;
  const auto text = storefleet::api::FuzzApi::text(data, size);
  const auto cut = text.find('\n');
  storefleet::http::Request request{.target = "/api/v1/stream"};
  if (cut != std::string::npos) request.target += "?lastEventId=" + text.substr(cut + 1);
  request.headers.set("Authorization", "Bearer the-token");
  request.headers.set("Last-Event-ID", text.substr(0, cut));
  api.ask(std::move(request));
  return 0;
}
