#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/hosts.hpp"
#include "engines/catalogue.hpp"
#include "k8s/client.hpp"
#include "operator/decisions/decide.hpp"
#include "operator/decisions/summarize.hpp"
#include "operator/watch/observe.hpp"

namespace {

using namespace storefleet;
using namespace storefleet::store_operator;

[[noreturn]] void wrong() {
  std::abort();
}

/// An engine whose parameters have every kind of limit.
engines::Engine tiny() {
  engines::Engine engine;
  engine.name = "tiny";
  engine.versions = {{"1", "tiny"}, {"0.9", "tiny"}};
  engine.plans["small"].storage = {{"files", "1Gi"}};
  engine.plans["large"].storage = {{"files", "2Gi"}};
  engine.parameters = parse_json(R"({
    "type": "object", "additionalProperties": false, "properties": {
      "a": {"type": "string", "maxLength": 20, "pattern": "^[a-z ]*$"},
      "count": {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2},
      "ratio": {"type": "number"},
      "kind": {"enum": ["a", null, 1]},
      "list": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "uniqueItems": true},
      "nested": {"type": "object", "required": ["on"], "properties": {"on": {"type": "boolean"}}}}})")
                          ->as_object();
  return engine;
}

/// As observe() has it in a cluster that holds nothing but this store.
store_operator::Observed alone(const Store& store) {
  static const engines::EngineCatalogue kCatalogue({tiny()});
  const engines::PlatformSettings settings;
  store_operator::Observed observed;
  observed.store = store;
  if (store.is_retained()) observed.store.spec.asleep = true;
  if (const auto checked = kCatalogue.check(store.spec); !checked) observed.spec_error = checked.error();
  if (const auto checked = check_store_name(store.name, settings.hosts()); !checked)
    observed.spec_error = checked.error();
  if (const auto* engine = kCatalogue.find(store.spec.engine)) observed.engine = *engine;
  observed.quota_claim = store_operator::quota_claim(store, kCatalogue);
  observed.identity = identity(store, engines::store_id_from_uid(store.uid), observed.engine, settings);
  if (observed.spec_error) return observed;
  observed.desired.values =
      engines::helm_values(store.spec, observed.engine, observed.engine.plans.at(store.spec.plan), settings);
  observed.desired.release_hash = engines::content_hash(observed.desired.values);
  observed.desired.ingress = engines::ingress_object(observed.identity, observed.engine, settings, "");
  return observed;
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
/// engine's judgement of its values, the decision and the summary with its events. Whatever it is, the next
/// summary of an unchanged world changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto object = k8s::readable_object(text);
  const auto store = parse_store(object);
  if (!store) return 0;
  check(store->status);
  if (!values_trouble(store->spec.values).empty()) wrong();
  const auto observed = alone(*store);
  if (!store->spec.values_refused.empty() && !observed.spec_error) wrong();
  const TimePoint now{std::chrono::hours(500'000)};
  const auto decision = decide(observed, now);
  const auto status = summarize(observed, decision, store->status, now);
  check(status);
  for (const auto& event : store_operator::status_events(*store, store->status, status, now))
    if (EventMessage(event.message.str()) != event.message) wrong();
  if (!(summarize(observed, decision, status, now + std::chrono::seconds(1)) == status)) wrong();
  return 0;
}
