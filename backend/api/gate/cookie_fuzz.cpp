#include "api/testing/fuzz_api.hpp"

/// Cookies, and the tokens that come with them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storefleet::api::FuzzApi api;
  const auto text = storefleet::api::FuzzApi::text(data, size);
  const auto cut = text.find('\n');
  storefleet::http::Request request{.method = "POST", .target = "/api/v1/auth/logout"};
  request.headers.set("Cookie", text.substr(0, cut));
  if (cut != std::string::npos) request.headers.set("X-CSRF-Token", text.substr(cut + 1));
  if (api.ask(std::move(request)).status < 400) std::abort();  // nobody has a session here
  return 0;
}
