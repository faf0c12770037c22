#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace storefleet::api {

/// What `/livez`, `/readyz` and `/version` answer, on whatever port they are asked: the API serves them to
/// people and load balancers, the health port to the kubelet. Anybody may ask, as often as they like: an
/// answer is made from what is known already. One thread.
class Health {
 public:
  /// One thing that must hold before traffic or work may come; the error says what is missing, in words for
  /// everybody.
  struct Check {
    std::string name;
    std::function<Result<void>()> run;
  };
  /// One that has to ask somebody else first: watch() does that, not a request.
  struct Inquiry {
    std::string name;
    std::function<Task<Result<void>>()> run;
  };

  explicit Health(std::string version) : version_(std::move(version)) {}

  /// Before the first request.
  void add(Check check) { checks_.push_back(std::move(check)); }
  void add(Inquiry inquiry);

  /// Asks again and again, with a pause between, until cancelled.
  Task<void> watch(std::chrono::milliseconds pause);
  /// Asks once.
  Task<void> inquire();

  [[nodiscard]] http::Response livez() const;
  /// 503 where a check fails. Those whose names stand in `excluded` do not count: a probe of every replica
  /// must not depend on what all of them share.
  [[nodiscard]] http::Response readyz(const std::vector<std::string>& excluded) const;
  [[nodiscard]] http::Response version() const;
  [[nodiscard]] const std::string& build() const { return version_; }

 private:
  struct Known {
    Inquiry inquiry;
    Result<void> answer;
  };

  std::string version_;
  std::vector<Check> checks_;
  std::vector<std::shared_ptr<Known>> inquiries_;
};

}  // namespace storefleet::api
