#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "operator/actions/site_endpoint.hpp"
#include "operator/decisions/summarize.hpp"
#include "operator/decisions/testing.hpp"
#include "probes/script.hpp"
#include "storage/fuzz_row.hpp"
#include "storage/history.hpp"

namespace {

using namespace std::chrono_literals;
using namespace storefleet;
using storefleet::testing::at;
using storefleet::testing::Scenario;

/// More than a request of the script has without what was captured.
constexpr std::size_t kMostRequest = 32'768;

[[noreturn]] void wrong() {
  std::abort();
}

/// Takes something out of each answer and puts it into the next request.
std::vector<engines::ProbeStep> script() {
  return {{.name = "basket",
           .path = "/basket",
           .captures = {{.name = "all", .whole_body = true},
                        {.name = "field", .pointer = "/a/0"},
                        {.name = "token", .header = "X-Token"}}},
          {.name = "order",
           .method = "POST",
           .path = "/orders/{field}?all={all}&token={token}",
           .body = json::value{{"id", "{field}"}, {"note", "{all} {token}"}},
           .expect_body = "{all}"},
          {.name = "payment", .path = "/{token}", .expect_body = "{field}{token}"}};
}

/// As a visitor of a store that gives the same answer to everything.
Result<void> visit(const http::Response& answer) {
  static const auto kScript = script();
  probes::ScriptVariables variables;
  probes::CookieJar cookies;
  for (const auto& step : kScript) {
    if (probes::substitute(step.path, variables).size() > kMostRequest) wrong();
    if (step.body) probes::substitute(*step.body, variables);
    cookies.take(answer.headers);
    if (auto judged = probes::judge(step, answer, variables); !judged) return judged;
  }
  return {};
}

/// The error of a failed action on its way into status and history, at once and when the step is late.
void tell(store_operator::ActionKind kind, store_operator::Observed observed, const Error& error) {
  const auto& store = observed.store;
  auto& status = observed.store.status;
  status = store_operator::summarize(observed, store_operator::decide(observed, at(0ms)), status, at(0ms));
  observed.memory.attempts[kind] = {.failures = 3, .at = at(1h), .error = error};
  for (const auto now : {at(1h), at(2h)}) {
    const auto before = status;
    status = store_operator::summarize(observed, store_operator::decide(observed, now), before, now);
    if (!status.failure) wrong();
    if (!(parse_status(status_json(status)) == status)) wrong();
    for (const auto& event : store_operator::status_events(store, before, status, now))
      if (!storage::is_storable(storage::event_row(event))) wrong();
  }
}

}  // namespace

/// What a store's own pods answer, the whole way: through the judgement of the in-pod endpoint's and of the
/// probe's answers into the status and the rows of the event log. The first two bytes are the status, the
/// first line is that of its headers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const unsigned status = data[0] % 2 == 0 ? 200 : 100U + (data[0] * 256U + data[1]) % 500U;
  const auto line = text.substr(0, text.find('\n'));
  const auto body = text.substr(std::min(line.size() + 1, text.size()));
  const http::Response answer{
      .status = status, .headers = {{"X-Token", line}, {"Set-Cookie", line}}, .body = body};
  if (const auto judged = store_operator::judge_site_answer(status, body); !judged)
    tell(store_operator::ActionKind::kConfigureSite, Scenario().workloads().observed, judged.error());
  if (const auto judged = visit(answer); !judged)
    tell(store_operator::ActionKind::kProbeCommerce, Scenario().route().observed,
         {ErrorCode::kUnavailable, CheckMessage(judged.error().message).str()});
  return 0;
}
