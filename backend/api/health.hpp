#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace storefleet {

/// What `/livez`, `/readyz` and `/version` answer, on whatever port they are asked: the API serves them to
/// people and load balancers, the health port to the kubelet. One thread.
class Health {
 public:
  /// One thing that must hold before traffic or work may come; the error says what is missing.
  struct Check {
    std::string name;
    std::function<Task<Result<void>>()> run;
  };

  explicit Health(std::string version) : version_(std::move(version)) {}

  /// Before the first request.
  void add(Check check) { checks_.push_back(std::move(check)); }

  [[nodiscard]] HttpResponse livez() const;
  /// 503 where a check fails. Those whose names stand in `excluded` are not asked: a probe of every replica
  /// must not depend on what all of them share.
  [[nodiscard]] Task<HttpResponse> readyz(std::vector<std::string> excluded) const;
  [[nodiscard]] HttpResponse version() const;
  [[nodiscard]] const std::string& build() const { return version_; }

 private:
  std::string version_;
  std::vector<Check> checks_;
};

}  // namespace storefleet
