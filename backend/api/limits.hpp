#pragma once
#include <cstddef>

#include "base/budget.hpp"
#include "http/connection_table.hpp"

namespace storefleet::api {

/// Everything of which a caller can take too much, in one table. `each` is of one user or, where nobody is
/// logged in, of one address (an IPv6 /64); `total` of one process. What people who are not logged in can
/// take has rows of its own, so that they cannot take it from those who are. The chart's `limits` sets some
/// of them (app/config.cpp); together they keep a process below 128 MiB with 2,000 streams (bench/abuse).
struct Limits {
  http::ConnectionLimits connections = {.total = 4096, .reserve = 256, .each = 512};

  std::size_t body = 256UL * 1024;                                         // bytes of one request's body
  std::size_t stranger_body = 8UL * 1024;                                  // a login needs no more
  Allowance bodies = {.total = 4UL * 1024 * 1024, .each = 1024UL * 1024};  // bytes of all bodies in work
  Allowance stranger_bodies = {.total = 1024UL * 1024, .each = 64UL * 1024};

  /// Bytes of responses that are not sent yet; those below `free_response` do not count.
  std::size_t free_response = 4UL * 1024;
  Allowance responses = {.total = 16UL * 1024 * 1024, .each = 8UL * 1024 * 1024};
  Allowance stranger_responses = {.total = 12UL * 1024 * 1024, .each = 4UL * 1024 * 1024};

  Allowance strangers = {.total = 128, .each = 16};  // requests to the API by who is not logged in, in work
  /// Requests of who is logged in, in work: fewer than wait for the database (storage/pool.hpp), so that
  /// nobody fills that queue alone. The bootstrap token is the operator's own.
  Allowance requests = {.total = 512, .each = 32};
  Allowance hashing = {.total = 40, .each = 10};    // passwords that wait to be hashed, one after the other
  Allowance streams = {.total = 2000, .each = 32};  // event streams
  Allowance followed_logs = {.total = 64,
                             .each = 8};            // each is a file watch of a node, which has 128 of them
  Allowance log_reads = {.total = 4, .each = 2};    // each holds up to 4 MiB
  Allowance order_tests = {.total = 8, .each = 2};  // each holds pages of a shop, up to 10 s a step
};

}  // namespace storefleet::api
