#include <array>

#include "api/testing/fuzz_api.hpp"

namespace {

constexpr std::array<const char*, 8> kPaths = {
    "/api/v1/stores", "/api/v1/stores/demo/events", "/api/v1/stores/demo/logs", "/api/v1/stores/demo/metrics",
    "/api/v1/audit",  "/api/v1/operations/",        "/api/v1/stores/",          "/readyz"};

}  // namespace

/// Query strings and what stands behind a path: the first byte chooses the path.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storefleet::api::FuzzApi api;
  if (size == 0) return 0;
  const std::string path = kPaths.at(data[0] % kPaths.size());
  const auto rest = storefleet::api::FuzzApi::text(data + 1, size - 1);
  storefleet::http::Request request{.target = path.ends_with('/') ? path + rest : path + "?" + rest};
  request.headers.set("Authorization", "Bearer the-token");
  api.ask(std::move(request));
  return 0;
}
