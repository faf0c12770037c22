#pragma once
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "api/testing/memory_platform.hpp"
#include "base/log.hpp"
#include "http/testing.hpp"

namespace storefleet::api {

/// The API on ports in memory, asked by a fuzzer as an admin would ask it. An answer that blames the server
/// (5xx) ends the process: nothing that a client sends may lead to one.
class FuzzApi : MemoryPlatform {
 public:
  FuzzApi() { configure_logging(LogLevel::kError, LogFormat::kText); }

  http::Response ask(http::Request request) {
    forget();
    http::Response response;
    testing::run(context_, answer(*this, std::move(request), response));
    if (response.status >= 500 || response.status < 200) {
      fmt::print(stderr, "status {}: {}\n", response.status, response.body);
      std::abort();
    }
    return response;
  }

  static std::string text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
  }

 private:
  static Task<void> answer(FuzzApi& api, http::Request request, http::Response& response) {
    co_await api.hub_.catch_up();
    response = co_await api.api_.handle(std::move(request));
  }

  /// One store, one user, one team, so that addresses of such things lead somewhere.
  void forget() {
    stores_.stores.clear();
    Store store;
    store.name = "demo";
    store.uid = "uid";
    store.generation = 1;
    store.spec.engine = "woocommerce";
    store.status.phase = Phase::kReady;
    stores_.stores["demo"] = store;
    ledger_.reserved.clear();
    directory_ = {};
    logins_ = {};
    audit_ = {};
    keys_ = {};
  }

  Api api_{dependencies(metrics_)};
};

}  // namespace storefleet::api
