#pragma once
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/problem_code.hpp"
#include "http/message.hpp"

namespace storefleet::api {

/// One wrong field of a request body; `pointer` is a JSON pointer (RFC 6901).
struct FieldError {
  std::string pointer;
  std::string detail;
};

/// An error as the caller sees it (RFC 9457, openapi.yaml: Problem).
struct Problem {
  unsigned status = 500;
  ProblemCode code = ProblemCode::kInternal;
  std::string detail;  // what happened
  std::string remedy;  // what to do about it
  std::vector<FieldError> errors = {};
  std::optional<int> retry_after = std::nullopt;  // seconds
  http::Headers headers = {};
};

/// What a route answers; the caller turns a Problem into a response with the request's id.
using Answer = std::expected<http::Response, Problem>;

/// The one place that decides how an Error looks from outside. An Internal error keeps its message to itself:
/// log it.
Problem to_problem(const Error& error);

inline std::unexpected<Problem> refuse(const Error& error) {
  return std::unexpected(to_problem(error));
}

http::Response problem_response(const Problem& problem, const std::string& request_id);

}  // namespace storefleet::api
