#include "api/gate/api.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "api/accounts/routes.hpp"
#include "api/audit_trail.hpp"
#include "api/fingerprint.hpp"
#include "api/gate/checks.hpp"
#include "api/gate/planted_cookies.hpp"
#include "api/gate/shop_pages.hpp"
#include "api/platform/routes.hpp"
#include "api/stores/routes.hpp"
#include "api/stream/routes.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/utf8.hpp"
#include "http/trace_context.hpp"
#include "web/web_pages.hpp"

namespace storefleet::api {
namespace {

Router<Route> all_routes() {
  Router<Route> router;
  for (const auto table : {accounts_routes(), stores_routes(), stream_routes(), platform_routes()})
    for (const auto& route : table) router.add(std::string(route.method), std::string(route.path), route);
  return router;
}

/// The caller's X-Request-Id where it is harmless in logs, else a new one.
std::string request_id(const http::Headers& headers) {
  const auto sent = headers.get("X-Request-Id");
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.").contains(c);
  };
  if (!sent.empty() && sent.size() <= 64 && std::ranges::all_of(sent, harmless)) return std::string(sent);
  return random_base32(16);
}

/// What makes the browser forget cookies that another host's page has set beside ours.
std::vector<std::string> planted_cookies(const http::Request& request) {
  const bool bound = binds_cookies(request.headers);
  auto orders = forget_planted(request.headers, session_cookie_name(bound), request.target);
  auto others = forget_planted(request.headers, device_cookie_name(bound), request.target);
  std::ranges::move(others, std::back_inserter(orders));
  return orders;
}

void complete(http::Response& response, const std::string& id, const http::TraceContext& trace) {
  response.headers.set("X-Request-Id", id);
  response.headers.set("traceparent", http::format_traceparent(trace));
  if (!response.headers.contains("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
}

/// The entry of a try that did not get to its handler; nothing where such a one is not recorded.
std::optional<AuditEntry> refused_entry(const Route* route, const ApiRequest& request, std::string team,
                                        unsigned status) {
  if (route == nullptr) return std::nullopt;
  const auto& as = route->traits.refused_action;
  const auto action = as.empty() ? route->action : as;
  if (action.empty()) return std::nullopt;
  return audit_entry(request, action, std::move(team), status);
}

/// What an audit entry is made of.
ApiRequest for_the_record(const ApiRequest& request) {
  return {.http = {.remote_address = request.http.remote_address},
          .id = request.id,
          .caller = request.caller,
          .path = request.path,
          .store = request.store,
          .note = request.note};
}

/// Health checks and scrapes would drown the rest.
LogLevel level_of(std::string_view route, unsigned status) {
  const bool routine = route == "/livez" || route == "/readyz";
  return routine && status < 400 ? LogLevel::kDebug : LogLevel::kInfo;
}

}  // namespace

Api::Api(const ApiDependencies& dependencies) : Api(dependencies, dependencies) {}

Api::Api(ApiDependencies dependencies, ApiDependencies strangers)
    : dependencies_(std::move(dependencies)),
      strangers_(std::move(strangers)),
      authenticator_(dependencies_.admin_token, dependencies_.logins, strangers_.logins),
      limiter_(dependencies_.rate_limit),
      metrics_(dependencies_.metrics),
      router_(all_routes()) {
  if (!dependencies_.budgets) dependencies_.budgets = std::make_shared<CallerBudgets>(dependencies_.limits);
  const auto secret = dependencies_.admin_token.empty() ? random_password(43) : dependencies_.admin_token;
  dependencies_.operation_key = fingerprint("operations " + secret);
  dependencies_.dropped_refusals = &prometheus::BuildCounter()
                                        .Name("storefleet_audit_refusals_dropped_total")
                                        .Help("Refused tries that were too many to be recorded one by one.")
                                        .Register(dependencies_.metrics)
                                        .Add({});
  strangers_.budgets = dependencies_.budgets;
  strangers_.operation_key = dependencies_.operation_key;
  strangers_.dropped_refusals = dependencies_.dropped_refusals;
  strangers_.refusals = dependencies_.refusals;
}

Task<Api::Access> Api::check_access(Principal caller, Route route, std::string store, std::string team) {
  if (!team.empty()) {
    auto refused = refuse_access(caller, route.permission, team, fmt::format("team named '{}'", team));
    co_return Access{.team = std::move(team), .refused = std::move(refused)};
  }
  if (store.empty()) co_return Access{.refused = refuse_access(caller, route.permission, "", "")};
  auto found = co_await dependencies_.stores.get(store);
  if (found) {
    auto kept = std::make_shared<const Store>(*std::move(found));
    const auto thing = fmt::format("store named '{}'", store);
    auto refused = refuse_access(caller, route.permission, kept->spec.team, thing);
    co_return Access{.team = kept->spec.team, .store = std::move(kept), .refused = std::move(refused)};
  }
  // Where the store is gone its history may still be there: the handler knows whose it was.
  if (found.error().code == ErrorCode::kNotFound && route.traits.knows_gone_stores) co_return Access{};
  co_return Access{.refused = to_problem(found.error())};
}

Api::Admission Api::too_many_requests(Admission admission) {
  admission.refused = Problem{.status = 429,
                              .code = ProblemCode::kTooManyRequests,
                              .detail = "These are more requests than one caller may make.",
                              .remedy = "Wait as long as Retry-After says, and ask less often.",
                              .retry_after = static_cast<int>(admission.rate.try_after.count())};
  return admission;
}

Task<Api::Admission> Api::identify(Credential credential, std::string address) {
  Admission admission;
  auto recalled = authenticator_.recall(credential);
  if (!recalled) {
    // A look into the database counts for the address: a flood of made-up tokens ends here.
    admission.counted = true;
    admission.rate = limiter_.take("address/" + address, RateLimiter::Clock::now());
    if (!admission.rate.allowed) co_return too_many_requests(std::move(admission));
    Budget::Lease place;
    if (!authenticator_.has_seen(credential)) {
      auto taken = dependencies_.budgets->strangers.take(budget_holder({}, address));
      if (!taken)
        co_return Admission{.refused = exhausted(taken.error(), "requests without a login",
                                                 "Wait for the answers to the others.")};
      place = *std::move(taken);
    }
    auto found = co_await authenticator_.look_up(std::move(credential));
    if (!found) co_return Admission{.refused = to_problem(found.error())};
    recalled = *std::move(found);
  }
  admission.caller = *std::move(recalled);
  co_return admission;
}

Task<Api::Admission> Api::admit(Credential credential, std::string address) {
  auto admission = co_await identify(std::move(credential), address_prefix(address));
  const auto& caller = admission.caller;
  if (admission.refused || (admission.counted && caller.via == Via::kNobody)) co_return admission;
  const auto key = caller.via == Via::kNobody ? "address/" + address : "user/" + caller.name;
  admission.rate = limiter_.take(key, RateLimiter::Clock::now());
  if (!admission.rate.allowed) co_return too_many_requests(std::move(admission));
  co_return admission;
}

Task<Answer> Api::answer_recorded(Route route, ApiRequest request, std::string team) {
  const auto& dependencies = dependencies_of(request.caller);
  auto begun = co_await dependencies.audit.begin(audit_entry(request, route.action, team, 0));
  if (!begun) {
    log_error("the audit log takes nothing", {{"error", begun.error().message}, {"request_id", request.id}});
    co_return std::unexpected(audit_unavailable("This must be recorded and cannot be, so it was not done."));
  }
  const auto recorded = for_the_record(request);
  auto answered = co_await route.handler(dependencies, std::move(request));
  const auto status = answered ? answered->status : answered.error().status;
  auto entry = audit_entry(recorded, route.action, team, status);
  const bool came_to_nothing = status >= 400 && status < 500;
  const bool kept = !came_to_nothing || keep_refusal(dependencies, entry);
  auto completed = kept ? co_await dependencies.audit.complete(*begun, std::move(entry))
                        : co_await dependencies.audit.withdraw(*begun);
  authenticator_.forget();
  if (completed) co_return answered;
  // That it was begun is recorded: what was done stays done. A secret that goes out is another thing.
  log_error("an audit entry was not completed", {{"action", std::string(route.action)},
                                                 {"request_id", recorded.id},
                                                 {"error", completed.error().message}});
  if (answered && route.traits.reveals_secret)
    co_return std::unexpected(audit_unavailable("What was read cannot be recorded, so it is not shown."));
  co_return answered;
}

Task<void> Api::record_turned_away(RouteMatch<Route> match, Principal caller, std::string address,
                                   std::string id, unsigned status) {
  const ApiRequest refused{.http = {.remote_address = std::move(address)},
                           .id = std::move(id),
                           .caller = std::move(caller),
                           .path = std::move(match.parameters)};
  if (auto entry = refused_entry(match.target, refused, "", status))
    co_await record_refusal(dependencies_of(refused.caller), *std::move(entry));
}

http::Response Api::turn_away(const http::Request& head, const Problem& problem, const std::string& id) {
  const auto trace = http::continue_trace(head.headers);
  const auto route = router_.match(head.method, http::split_target(head.target).path).route;
  auto response = problem_response(problem, id);
  complete(response, id, trace);
  metrics_.count(head.method, route, response.status, std::chrono::duration<double>(0));
  log(LogLevel::kInfo, "request refused before its body",
      {{"method", head.method},
       {"route", std::string(route)},
       {"status", std::to_string(response.status)},
       {"code", std::string(to_string(problem.code))},
       {"request_id", id},
       {"trace_id", trace.trace_id}});
  return response;
}

Task<http::BodyVerdict> Api::refuse_body(http::Request head, RouteMatch<Route> match, Principal caller,
                                         std::string address, Problem problem) {
  const auto id = request_id(head.headers);
  co_await record_turned_away(std::move(match), std::move(caller), std::move(address), id, problem.status);
  co_return http::BodyVerdict{.refused = turn_away(head, problem, id)};
}

Task<http::BodyVerdict> Api::admit_body(http::Request head, std::optional<std::uint64_t> declared) {
  const auto& limits = dependencies_.limits;
  const auto refused = [&](const Problem& problem) {
    return http::BodyVerdict{.refused = turn_away(head, problem, request_id(head.headers))};
  };
  if (declared.value_or(0) > limits.body) co_return refused(body_too_large(limits.body));
  const auto address = client_address(dependencies_.trusted_proxies, head.remote_address, head.headers);
  Admission admission;
  const auto path = std::string(http::split_target(head.target).path);
  if (path.starts_with(kProtected)) {
    auto credential = credential_of(head.headers);
    admission = co_await identify(std::move(credential), address_prefix(address));
  }
  if (admission.refused) {
    auto match = router_.match(head.method, path);
    co_return co_await refuse_body(std::move(head), std::move(match), std::move(admission.caller), address,
                                   *std::move(admission.refused));
  }
  const bool stranger = admission.caller.via == Via::kNobody;
  const auto most = stranger ? limits.stranger_body : limits.body;
  if (declared.value_or(0) > most) {
    auto match = router_.match(head.method, path);
    const bool open = match.target != nullptr && match.target->permission == Permission::kAnyone;
    auto no_access = open ? std::nullopt : refuse_access(admission.caller, Permission::kLoggedIn, "", "");
    co_return co_await refuse_body(std::move(head), std::move(match), std::move(admission.caller), address,
                                   no_access.value_or(body_too_large(most)));
  }
  auto& budget = stranger ? dependencies_.budgets->stranger_bodies : dependencies_.budgets->bodies;
  auto share = budget.take(budget_holder(admission.caller, address), declared.value_or(most));
  if (!share)
    co_return refused(exhausted(share.error(), "bytes of requests", "Send fewer large requests at once."));
  co_return http::BodyVerdict{.max_bytes = most, .hold = std::make_shared<Budget::Lease>(*std::move(share))};
}

http::Response Api::refusal(unsigned status, const std::string& message) {
  if (status == 413) return turn_away({}, body_too_large(dependencies_.limits.body), request_id({}));
  return turn_away({},
                   {.status = status,
                    .code = ProblemCode::kMalformedRequest,
                    .detail = fmt::format("The server cannot take this: {}.", message),
                    .remedy = "Send a request of HTTP/1.1 with a short head."},
                   request_id({}));
}

void Api::charge(http::Response& response, const Principal& caller, const std::string& address,
                 const std::string& id) {
  hold_.reset();
  const auto size = response.body.size();
  if (size <= dependencies_.limits.free_response || response.stream) return;
  auto& budgets = *dependencies_.budgets;
  auto& budget = caller.via == Via::kNobody ? budgets.stranger_responses : budgets.responses;
  auto share = budget.take(budget_holder(caller, address), size);
  if (share) {
    hold_ = std::make_shared<Budget::Lease>(*std::move(share));
    return;
  }
  response = problem_response(
      exhausted(share.error(), "bytes of responses on their way", "Read the answers to the others first."),
      id);
}

std::expected<Budget::Lease, Problem> Api::take_place(const Visit& visit) {
  const auto& caller = visit.request.caller;
  const bool user = caller.via == Via::kSession || caller.via == Via::kToken;
  const bool stranger = visit.open() && visit.counted() && caller.via == Via::kNobody;
  if (!user && !stranger) return Budget::Lease();
  auto& budget = user ? dependencies_.budgets->requests : dependencies_.budgets->strangers;
  auto taken = budget.take(budget_holder(caller, visit.request.http.remote_address));
  if (taken) return *std::move(taken);
  return std::unexpected(exhausted(taken.error(), user ? "requests" : "requests without a login",
                                   "Wait for the answers to the others."));
}

Task<Answer> Api::answer(Visit visit) {
  const auto place = take_place(visit);
  if (!place) co_return std::unexpected(place.error());
  std::string team;
  auto refusal = refuse_before_access(visit);
  if (!refusal) {
    auto access =
        co_await check_access(visit.request.caller, *visit.route, visit.request.path_parameter("name"),
                              visit.request.path_parameter("team"));
    visit.request.store = std::move(access.store);
    team = std::move(access.team);
    if (access.refused) refusal = Refusal{*std::move(access.refused), Recorded::kYes};
  }
  if (!refusal) refusal = refuse_after_access(visit);
  if (refusal) {
    if (refusal->recorded == Recorded::kYes)
      if (auto entry = refused_entry(visit.route, visit.request, std::move(team), refusal->problem.status))
        co_await record_refusal(dependencies_of(visit.request.caller), *std::move(entry));
    co_return std::unexpected(std::move(refusal->problem));
  }
  const auto& route = *visit.route;
  // A question changes nothing and is not worth an entry.
  if (!route.action.empty() && visit.request.query.get(kValidateOnly) != "true")
    co_return co_await answer_recorded(route, std::move(visit.request), std::move(team));
  const bool ends_session = visit.open() && visit.request.caller.via == Via::kSession;
  const auto& dependencies = dependencies_of(visit.request.caller);
  auto answered = co_await route.handler(dependencies, std::move(visit.request));
  // A login has ended the session that came with it.
  if (ends_session) authenticator_.forget();
  co_return answered;
}

std::optional<http::Response> Api::answer_for_a_shop(const http::Request& request, const std::string& id) {
  auto& hosts = dependencies_.hosts;
  const auto host = host_of(request.headers);
  auto place = place_of(host, hosts.platform(), dependencies_.own_hosts);
  if (place == HostPlace::kPlatform) return std::nullopt;
  const auto shop = hosts.shop_at(host);
  // Where any host will do for the API, one that a store has is not the API's all the same.
  if (place == HostPlace::kAny && shop == ShopState::kNone) return std::nullopt;
  return shop_response(shop, request, id);
}

Task<http::Response> Api::handle(http::Request request) {
  const auto started = std::chrono::steady_clock::now();
  request.remote_address =
      client_address(dependencies_.trusted_proxies, request.remote_address, request.headers);
  const auto id = request_id(request.headers);
  const auto trace = http::continue_trace(request.headers);
  const auto method = request.method;
  auto planted = planted_cookies(request);
  auto match = router_.match(method, http::split_target(request.target).path);
  auto route = match.route;
  const auto address = request.remote_address;
  Principal caller;
  http::Response response;
  try {
    const bool unrouted = match.allowed.empty() && dependencies_.pages != nullptr;
    if (auto foreign = answer_for_a_shop(request, id)) {
      route = kShopRoute;
      response = *std::move(foreign);
    } else if (auto page = unrouted ? dependencies_.pages->respond(request) : std::nullopt) {
      route = page->route;
      response = std::move(page->response);
    } else {
      Admission admission;
      if (http::split_target(request.target).path.starts_with(kProtected)) {
        auto admitted =
            co_await admit(credential_of(request.headers), address_prefix(request.remote_address));
        admission = std::move(admitted);
        caller = admission.caller;
      }
      if (admission.refused && admission.refused->status == 429)
        co_await record_turned_away(match, admission.caller, address, id, 429);
      Answer answered = std::unexpected(admission.refused.value_or(Problem{}));
      if (!admission.refused) {
        auto routed = co_await answer({.request = {.http = std::move(request),
                                                   .id = id,
                                                   .trace_id = trace.trace_id,
                                                   .caller = std::move(admission.caller),
                                                   .path = std::move(match.parameters)},
                                       .route = match.target,
                                       .allowed = std::move(match.allowed),
                                       .most_body = dependencies_.limits.body});
        answered = std::move(routed);
      }
      response = answered ? std::move(*answered) : problem_response(answered.error(), id);
      add_rate_headers(admission.rate, response.headers);
    }
  } catch (const std::exception& error) {
    log_error("a request ended with an exception", {{"route", std::string(route)},
                                                    {"error", error.what()},
                                                    {"request_id", id},
                                                    {"trace_id", trace.trace_id}});
    response = problem_response(to_problem(Error{}), id);
  }
  charge(response, caller, address, id);
  complete(response, id, trace);
  for (auto& order : planted) response.headers.add("Set-Cookie", std::move(order));
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - started;
  metrics_.count(method, route, response.status, duration);
  log(level_of(route, response.status), "request",
      {{"method", method},
       {"route", std::string(route)},
       {"status", std::to_string(response.status)},
       {"duration_ms", fmt::format("{:.1f}", duration.count() * 1000)},
       {"request_id", id},
       {"trace_id", trace.trace_id}});
  co_return response;
}

}  // namespace storefleet::api
