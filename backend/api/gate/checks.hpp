#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "api/request.hpp"
#include "api/route.hpp"

/// What a request must pass before its handler, in order; first of all of them comes who sends it.
namespace storefleet::api {

/// The paths under which callers are told apart and counted.
inline constexpr std::string_view kProtected = "/api/";
inline constexpr std::string_view kValidateOnly = "validateOnly";

/// A request at the gate: who sends it is known, and what it is for.
struct Visit {
  ApiRequest request;
  const Route* route = nullptr;      // none: nothing has that address, or not with that method
  std::vector<std::string> allowed;  // the methods that the address knows, where this one is not among them
  std::size_t most_body = 0;         // bytes

  [[nodiscard]] bool open() const { return route != nullptr && route->permission == Permission::kAnyone; }
  [[nodiscard]] bool counted() const {
    return http::split_target(request.http.target).path.starts_with(kProtected);
  }
};

/// Whether a refused try belongs into the audit log.
enum class Recorded { kNo, kYes };

struct Refusal {
  Problem problem;
  Recorded recorded = Recorded::kNo;
};

/// What needs to be known of nothing but the request: a login, a route, names that something can have.
std::optional<Refusal> refuse_before_access(Visit& visit);

/// For callers who may do this with that thing: where it comes from, its body, its query, which it takes
/// apart.
std::optional<Refusal> refuse_after_access(Visit& visit);

/// 413.
Problem body_too_large(std::size_t most);

}  // namespace storefleet::api
