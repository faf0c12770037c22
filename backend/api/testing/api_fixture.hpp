#pragma once
#include <string>

#include <gtest/gtest.h>

#include "api/fingerprint.hpp"
#include "api/gate/api.hpp"
#include "api/testing/memory_platform.hpp"
#include "api/testing/openapi_check.hpp"

namespace storefleet::api {

/// An Api on ports in memory. Every answer it gives is checked against openapi.yaml.
class ApiTest : public testing::Test, protected MemoryPlatform {
 protected:
  ApiTest();

  http::Response send(const std::string& method, const std::string& target, const std::string& body = {},
                      http::Headers headers = {});
  /// One request to any Api, not held against the contract.
  http::Response handle(Api& api, http::Request request);
  http::Response get(const std::string& target) { return send("GET", target); }
  http::Response post(const std::string& body, http::Headers headers = {}) {
    return send("POST", "/api/v1/stores", body, std::move(headers));
  }
  /// Puts a store there as the controller would leave it.
  Store& ready_store(const std::string& name);

  /// That of the Api's operation ids, which follow from its bootstrap token.
  static std::string operation_key() { return fingerprint("operations the-token"); }

  static json::value body_of(const http::Response& response);
  static std::string code_of(const http::Response& response);
  /// The pointers of a problem's errors, in order.
  static std::vector<std::string> pointers_of(const http::Response& response);

  std::string token_ = "the-token";  // sent by send(); empty: none
  OpenApiCheck contract_;
  Api api_{dependencies(metrics_)};
};

}  // namespace storefleet::api
