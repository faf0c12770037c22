#pragma once
#include <string>

#include "base/json.hpp"
#include "http/message.hpp"

namespace storefleet::api {

/// Holds answers against openapi.yaml: tests fail where a status, media type or body is not documented.
class OpenApiCheck {
 public:
  OpenApiCheck();

  /// Adds a test failure where `response` is not what the contract says about this method and path. Paths
  /// that the contract does not have may answer 401, 404 and 405 problems only.
  void expect_documented(const std::string& method, const std::string& path,
                         const http::Response& response) const;

  /// Adds a test failure for every example that its own schema refuses; returns how many there are.
  [[nodiscard]] std::size_t check_examples() const;

  [[nodiscard]] const json::value& document() const { return document_; }
  /// "METHOD /path" of every operation.
  [[nodiscard]] std::vector<std::string> operations() const;

 private:
  [[nodiscard]] const json::value* follow(const json::value* value) const;
  [[nodiscard]] std::string template_of(const std::string& path) const;
  /// What is wrong with `value`, or an empty text.
  [[nodiscard]] std::string trouble(const json::value& schema, const json::value& value) const;
  std::size_t check_examples_in(const json::value& node) const;

  json::value document_;
};

}  // namespace storefleet::api
