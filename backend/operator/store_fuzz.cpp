#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "k8s/client.hpp"
#include "operator/summarize.hpp"

namespace {

using namespace storefleet;

[[noreturn]] void wrong() {
  std::abort();
}

/// A status that the CRD would refuse, or that is not what was written once it is read back, is a finding.
void check(const StoreStatus& status) {
  if (!(parse_status(status_json(status)) == status)) wrong();
  for (const auto& step : status.steps)
    if (StepMessage(step.message.str()) != step.message) wrong();
  if (status.failure && FailureMessage(status.failure->message.str()) != status.failure->message) wrong();
  if (status.conditions.size() > kMostConditions || status.releases.size() > kMostReleases) wrong();
}

}  // namespace

/// What anybody with kubectl may have stored as a Store, the whole way: its text, spec and status, the
/// decision and the summary with its events. Whatever it is, the next summary of an unchanged world changes
/// nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto object = k8s::readable_object(text);
  const auto store = parse_store(object);
  if (!store) return 0;
  check(store->status);
  if (!values_trouble(store->spec.values).empty()) wrong();
  Observed observed;
  observed.store = *store;
  observed.engine.versions = {{"1", "tiny"}};
  if (!store->spec.values_refused.empty())
    observed.spec_error = Error{ErrorCode::kInvalidArgument, store->spec.values_refused, "InvalidValues"};
  const TimePoint now{std::chrono::hours(500'000)};
  const auto decision = decide(observed, now);
  const auto status = summarize(observed, decision, store->status, now);
  check(status);
  for (const auto& event : status_events(*store, store->status, status, now))
    if (EventMessage(event.message.str()) != event.message) wrong();
  if (!(summarize(observed, decision, status, now + std::chrono::seconds(1)) == status)) wrong();
  return 0;
}
