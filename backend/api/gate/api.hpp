#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/access.hpp"
#include "api/auth.hpp"
#include "api/caller_budgets.hpp"
#include "api/context.hpp"
#include "api/gate/checks.hpp"
#include "api/gate/request_metrics.hpp"
#include "api/gate/router.hpp"
#include "api/rate_limit.hpp"
#include "api/request.hpp"
#include "api/route.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "http/server.hpp"

namespace storefleet::api {

/// The contract of openapi.yaml as one function from request to response, for HttpServer. Stateless between
/// requests but for counting what callers have in use. All calls come from one thread; stop the server before
/// this ends.
class Api : public http::RequestGate {
 public:
  explicit Api(const ApiDependencies& dependencies);
  /// `strangers` serves who is not logged in: the same, with a database of their own to wait for.
  Api(ApiDependencies dependencies, ApiDependencies strangers);

  /// Never fails: errors are problems. Logs one line and counts one request.
  Task<http::Response> handle(http::Request request);

  /// Authenticates before a body comes: who is not logged in may send little.
  Task<http::BodyVerdict> admit_body(http::Request head, std::optional<std::uint64_t> declared) override;
  std::shared_ptr<void> take_hold() override { return std::move(hold_); }
  http::Response refusal(unsigned status, const std::string& message) override;

  [[nodiscard]] const CallerBudgets& budgets() const { return *dependencies_.budgets; }

 private:
  /// Who asks, and whether they may ask once more now. Only what is under /api/ is counted.
  struct Admission {
    Principal caller;
    RateLimiter::Verdict rate;
    std::optional<Problem> refused;
    bool counted = false;  // for the address
  };
  static Admission too_many_requests(Admission admission);
  Task<Admission> identify(Credential credential, std::string address);
  Task<Admission> admit(Credential credential, std::string address);
  /// Into the audit log, where it is a try that belongs there and did not get to its handler.
  Task<void> record_turned_away(RouteMatch<Route> match, Principal caller, std::string address,
                                std::string id, unsigned status);
  /// Counts and logs what is answered without a handler.
  http::Response turn_away(const http::Request& head, const Problem& problem, const std::string& id);
  /// The same, recorded.
  Task<http::BodyVerdict> refuse_body(http::Request head, RouteMatch<Route> match, Principal caller,
                                      std::string address, Problem problem);
  /// Takes the share of a response that its client may be slow to take, or replaces it.
  void charge(http::Response& response, const Principal& caller, const std::string& address,
              const std::string& id);
  /// The share of what callers may have in work at once; empty where that is not counted.
  std::expected<Budget::Lease, Problem> take_place(const Visit& visit);
  /// Through the checks to the handler.
  Task<Answer> answer(Visit visit);
  /// Whose the thing is that a route works on, and 401, 403 or 404 where the caller may not do this with it.
  struct Access {
    std::string team;  // empty: nobody's, or not known any more
    std::shared_ptr<const Store> store = nullptr;
    std::optional<Problem> refused;
  };
  Task<Access> check_access(Principal caller, Route route, std::string store, std::string team);
  /// What somebody gets who came for a shop, or for nothing that is here.
  std::optional<http::Response> answer_for_a_shop(const http::Request& request, const std::string& id);
  /// Runs the handler of a route that is recorded: begun before, completed before the answer goes out.
  Task<Answer> answer_recorded(Route route, ApiRequest request, std::string team);

  /// The ports with which this caller is served.
  [[nodiscard]] const ApiDependencies& dependencies_of(const Principal& caller) const {
    return caller.via == Via::kNobody ? strangers_ : dependencies_;
  }

  ApiDependencies dependencies_;
  ApiDependencies strangers_;
  Authenticator authenticator_;
  RateLimiter limiter_;
  RequestMetrics metrics_;
  Router<Route> router_;
  std::shared_ptr<void> hold_;  // of the response that was made last
};

}  // namespace storefleet::api
