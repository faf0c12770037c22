#include "simulation/wire.hpp"

#include <fmt/format.h>

#include "http/percent.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

std::string reason_body(unsigned code, std::string_view reason) {
  return json::serialize(json::object{{"kind", "Status"},
                                      {"code", code},
                                      {"reason", reason},
                                      {"message", "the simulated API server says so"}});
}

bool is_write(const Call& call) {
  return call.method != "GET";
}

/// RFC 9110, 9.2.2: what a client may send again.
bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "PUT" || method == "DELETE";
}

std::string line_of(const Call& call, const Answer& answer) {
  auto target = call.target.substr(0, call.target.find('?'));
  if (call.method == "POST") {
    const auto object = parse_json(call.body);
    if (object) target += fmt::format("/{}", k8s::meta_name(*object));
  }
  auto line = fmt::format("{} {} → {}", call.method, target, answer.status);
  if (answer.status >= 400) line += " " + string_or(answer.body, {"reason"});
  return line;
}

}  // namespace

Wire::Wire(Agenda& agenda, Trace& trace, Random& random, ApiServer& api, Watches& watches,
           const Faults& faults, const Tampering& tampering)
    : agenda_(agenda),
      trace_(trace),
      random_(random),
      api_(api),
      watches_(watches),
      faults_(faults),
      tampering_(tampering) {}

void Wire::send(const std::string& host, http::Request request, const std::shared_ptr<Exchange>& exchange,
                Answering answering) {
  agenda_.after(
      random_.between(1, faults_.latency),
      [this, sent = Request{running, host, std::move(request), exchange, answering}] { reach(sent); });
}

void Wire::answer(const Request& request, Result<http::Response> result) {
  agenda_.after(random_.between(1, faults_.latency),
                [sender = request.sender, exchange = request.exchange, result = std::move(result)]() mutable {
                  const auto open = exchange.lock();
                  if (open && machine().now >= sender->cut_off_until) open->finish(std::move(result));
                });
}

void Wire::reach(const Request& request) {
  // Of whoever is cut off nothing comes through, and nothing of what a process that lives has given up: its
  // connection was reset. What one sent that is dead now is there.
  const bool given_up = request.sender->alive && request.exchange.expired();
  if (machine().now < request.sender->cut_off_until || given_up) return;
  const auto work = random_.chance(faults_.slow) ? random_.between(500, 14'000) : 0;
  const auto most = query_value(request.request.target, "timeout");
  const auto limit = most.ends_with("ms") ? std::stoll(most) : work;
  if (work <= limit) return agenda_.after(work, [this, request] { arrive(request); });
  agenda_.after(limit, [this, request] {
    answer(request, http::Response{.status = 504, .body = reason_body(504, "Timeout")});
  });
}

void Wire::arrive(const Request& request) {
  if (random_.chance(faults_.refused))
    return answer(request, fail(ErrorCode::kUnavailable, "the connection was refused"));
  if (request.host == "api")
    ask_api(request);
  else
    ask_site(request);
}

void Wire::ask_site(const Request& request) {
  const auto host =
      request.host == "ingress" ? std::string(request.request.headers.get("Host")) : request.host;
  auto instead = tampering_.shop ? tampering_.shop(request.request) : std::nullopt;
  answer(request, instead ? Result<http::Response>(*std::move(instead)) : site(host, request.request));
}

std::optional<http::Response> Wire::refusal() {
  if (random_.chance(faults_.server_error))
    return http::Response{.status = random_.chance(500) ? 500U : 503U,
                          .body = reason_body(500, "InternalError")};
  if (random_.chance(faults_.throttled))
    return http::Response{.status = 429,
                          .headers = {{"Retry-After", std::to_string(random_.between(1, 4))}},
                          .body = reason_body(429, "TooManyRequests")};
  return std::nullopt;
}

/// By the clock of the world: whether its time of leadership, as it was last renewed, has not run out.
bool Wire::holds_lease(const Station& sender) const {
  const auto& changes = api_.changes("leases");
  if (changes.empty() || !changes.back().now) return false;
  const auto& now = changes.back().now;
  const auto at = changes.back().at;
  const auto seconds = int_or(*now, {"spec", "leaseDurationSeconds"}, 0);
  return string_or(*now, {"spec", "holderIdentity"}) == sender.name && machine().now < at + seconds * 1000;
}

void Wire::count_write(Station& sender) const {
  ++sender.writes;
  if (sender.writes == faults_.crash_write || random_.chance(faults_.crash)) sender.dying = true;
}

Answer Wire::call(const std::shared_ptr<Station>& sender, Call call) {
  if (tampering_.request) tampering_.request(call);
  if (is_write(call) && witness) witness(*sender, call);
  auto instead = tampering_.answer ? tampering_.answer(call) : std::nullopt;
  const auto answer = instead ? *std::move(instead) : api_.answer(call);
  if (!is_write(call)) return answer;
  trace_.add(call.actor == "helm" ? sender->name + "'s helm" : sender->name, line_of(call, answer));
  if (answer.status < 400) count_write(*sender);
  const auto plural = parse_path(call.target).plural;
  const bool counts = call.actor == "operator" || answer.status < 400;
  if (counts && plural != "leases" && plural != "configmaps") ++writes_for_stores;
  return answer;
}

void Wire::ask_api(const Request& request) {
  const auto& [sender, host, sent, exchange, answering] = request;
  if (auto refused = refusal()) return answer(request, *std::move(refused));
  if (answering == Answering::kStream) {
    if (const auto open = exchange.lock()) watches_.open(sent.target, open);
    return;
  }
  if (!query_value(sent.target, "limit").empty())
    return answer(request, http::Response{.body = watches_.list(sent.target)});
  Call call{"operator", sent.method, sent.target, std::string(sent.headers.get("Content-Type")), sent.body};
  if (is_write(call) && random_.chance(faults_.conflict))
    return answer(request, http::Response{.status = 409, .body = reason_body(409, "Conflict")});
  auto answered = this->call(sender, call);
  if (is_idempotent(call.method) && random_.chance(faults_.twice)) answered = this->call(sender, call);
  if (random_.chance(faults_.lost_answer)) {
    if (random_.chance(500)) return;  // the deadline ends the waiting
    return answer(request, fail(ErrorCode::kUnavailable, "the connection was reset"));
  }
  answer(request, http::Response{.status = answered.status, .body = json::serialize(answered.body)});
}

}  // namespace storefleet::simulation
