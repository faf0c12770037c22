#include <array>

#include "api/testing/fuzz_api.hpp"

namespace {

struct Address {
  const char* method;
  const char* target;
};

/// Everything that takes a body.
constexpr std::array<Address, 10> kAddresses = {{{"POST", "/api/v1/stores"},
                                                 {"POST", "/api/v1/stores?validateOnly=true"},
                                                 {"PATCH", "/api/v1/stores/demo"},
                                                 {"POST", "/api/v1/teams"},
                                                 {"PATCH", "/api/v1/teams/default"},
                                                 {"PUT", "/api/v1/teams/default/members/ann"},
                                                 {"POST", "/api/v1/users"},
                                                 {"PATCH", "/api/v1/users/ann"},
                                                 {"POST", "/api/v1/tokens"},
                                                 {"POST", "/api/v1/auth/login"}}};

}  // namespace

/// JSON bodies: the first byte chooses the address.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storefleet::api::FuzzApi api;
  if (size == 0) return 0;
  const auto& address = kAddresses.at(data[0] % kAddresses.size());
  storefleet::http::Request request{.method = address.method,
                                    .target = address.target,
                                    .body = storefleet::api::FuzzApi::text(data + 1, size - 1)};
  request.headers.set("Authorization", "Bearer the-token");
  request.headers.set("Content-Type", "application/json");
  api.ask(std::move(request));
  return 0;
}
