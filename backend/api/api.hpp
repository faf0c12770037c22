#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "api/access.hpp"
#include "api/auth.hpp"
#include "api/caller_budgets.hpp"
#include "api/client_address.hpp"
#include "api/health.hpp"
#include "api/limits.hpp"
#include "api/passwords.hpp"
#include "api/rate_limit.hpp"
#include "api/refusal_budget.hpp"
#include "api/request.hpp"
#include "api/request_metrics.hpp"
#include "api/router.hpp"
#include "api/store_hosts.hpp"
#include "api/store_texts.hpp"
#include "api/web_pages.hpp"
#include "base/task.hpp"
#include "domain/accounts.hpp"
#include "domain/isolation.hpp"
#include "domain/ports.hpp"
#include "domain/quota.hpp"
#include "http/message.hpp"
#include "http/server.hpp"

namespace storefleet {

class AccessWatch;
class EventHub;
struct SingleSignOn;

/// What the API works on; everything referred to must outlive it.
struct ApiDependencies {
  StoreGateway& stores;
  StoreHosts& hosts;
  StoreInsight& insight;
  StoreCheck& check;
  History& history;
  IdempotencyKeys& idempotency;
  QuotaLedger& ledger;
  LeaderDirectory& leader;
  IsolationDirectory& isolation;
  ProvisioningReport& provisioning;
  const EngineDirectory& engines;
  Logins& logins;
  Directory& directory;
  AuditLog& audit;
  Passwords& passwords;
  EventHub& events;
  const Health& health;
  const WebPages* pages = nullptr;         // none: the API alone
  prometheus::Registry& metrics;           // of the whole process; the health port shows them
  std::string admin_token;                 // of the bootstrap admin; empty: there is none
  SingleSignOn* single_sign_on = nullptr;  // none: passwords only
  TrustedProxies trusted_proxies = {};     // whose X-Forwarded-For counts
  RateLimit rate_limit = {};               // of each caller; at first none
  AccessWatch* access = nullptr;           // ends open answers with the access to them; none: nothing does
  std::shared_ptr<RefusalBudget> refusals = std::make_shared<RefusalBudget>();
  prometheus::Counter* dropped_refusals = nullptr;  // counts those that found no place; the Api makes it
  std::string operation_key = {};  // proves that an operation's id was given out; the Api makes it
  Limits limits = {};              // of what callers can take too much of
  std::shared_ptr<CallerBudgets> budgets = nullptr;  // made by Api where it is missing
  std::vector<std::string> own_hosts = {};  // besides the platform's, all that the API answers to; none: any
  bool isolation_required = false;          // no store is made unless isolation is proved
  std::shared_ptr<StoreTexts> store_texts = std::make_shared<StoreTexts>();
};

/// The contract of openapi.yaml as one function from request to response, for HttpServer. Stateless between
/// requests but for counting what callers have in use. All calls come from one thread; stop the server before
/// this ends.
class Api : public RequestGate {
 public:
  using Handler = Task<Answer> (*)(const ApiDependencies&, ApiRequest);

  /// What answers a method and path, who may ask, and under what name it is recorded (empty: it is not).
  struct Route {
    Handler handler;
    Permission permission = Permission::kAdmin;
    std::string_view action;
  };

  explicit Api(const ApiDependencies& dependencies);
  /// `strangers` serves who is not logged in: the same, with a database of their own to wait for.
  Api(ApiDependencies dependencies, ApiDependencies strangers);

  /// Never fails: errors are problems. Logs one line and counts one request.
  Task<HttpResponse> handle(HttpRequest request);

  /// Authenticates before a body comes: who is not logged in may send little.
  Task<BodyVerdict> admit_body(HttpRequest head, std::optional<std::uint64_t> declared) override;
  std::shared_ptr<void> take_hold() override { return std::move(hold_); }
  HttpResponse refusal(unsigned status, const std::string& message) override;

  [[nodiscard]] const CallerBudgets& budgets() const { return *dependencies_.budgets; }

 private:
  /// Who asks, and whether he may ask once more now. Only what is under /api/ is counted.
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
  HttpResponse turn_away(const HttpRequest& head, const Problem& problem, const std::string& id);
  /// The same, recorded.
  Task<BodyVerdict> refuse_body(HttpRequest head, RouteMatch<Route> match, Principal caller,
                                std::string address, Problem problem);
  /// Takes the share of a response that its client may be slow to take, or replaces it.
  void charge(HttpResponse& response, const Principal& caller, const std::string& address,
              const std::string& id);
  Task<Answer> answer(HttpRequest request, std::string id, std::string trace_id, Principal caller,
                      RouteMatch<Route> match);
  /// Whose the thing is that a route works on, and 401, 403 or 404 where the caller may not do this with it.
  struct Access {
    std::string team;  // empty: nobody's, or not known any more
    std::shared_ptr<const Store> store = nullptr;
    std::optional<Problem> refused;
  };
  Task<Access> check_access(Principal caller, Route route, std::string store, std::string team);
  /// What somebody gets who came for a shop, or for nothing that is here.
  std::optional<HttpResponse> answer_for_a_shop(const HttpRequest& request, const std::string& id);
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

}  // namespace storefleet
