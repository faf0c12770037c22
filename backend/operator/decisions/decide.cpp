#include "operator/decisions/decide.hpp"

#include <algorithm>

#include "operator/decisions/attempts.hpp"
#include "operator/decisions/diagnose.hpp"
#include "operator/decisions/facts.hpp"
#include "operator/decisions/rules.hpp"
#include "operator/decisions/steps.hpp"

namespace storefleet::store_operator {
namespace {

/// What the second half of a rule comes to, given the tries so far.
struct Carry {
  const Situation& in;

  Next operator()(ActionKind kind) const { return attempt(in.seen, kind, in.now); }
  Next operator()(const Wait& wait) const { return Waiting{std::string(wait.why), wait.at_most}; }
  Next operator()(Settled settled) const { return settled; }
  Next operator()(Blocked blocked) const { return blocked; }
  Next operator()(Next (*says)(const Situation&)) const { return says(in); }
};

}  // namespace

Decision decide(const Observed& observed, TimePoint now) {
  const Situation in{observed, observed.store, now};
  const auto rules = is_torn_down(observed) ? teardown_rules() : making_rules();
  const auto& rule = *std::ranges::find_if(rules, [&](const Rule& each) { return each.holds(in); });
  Decision decision;
  decision.step = rule.step ? *rule.step : first_open_step(observed);
  decision.next = std::visit(Carry{in}, rule.then);
  decision.problem = rule.problem(in, decision.step);
  // The end of a crashed container's log says why; there is time to read it while nothing else can be done.
  const bool idle = std::holds_alternative<Waiting>(decision.next) && !rule.step;
  const bool sleeping = observed.store.spec.asleep && step_done(observed, StepName::kRelease);
  if (idle && decision.problem && !sleeping && wants_log(observed))
    decision.next = attempt(observed, ActionKind::kReadLog, now);
  return decision;
}

}  // namespace storefleet::store_operator
