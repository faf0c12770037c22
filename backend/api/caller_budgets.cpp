#include "api/caller_budgets.hpp"

#include <fmt/format.h>

namespace storefleet::api {

std::string budget_holder(const Principal& caller, const std::string& address) {
  if (caller.via == Via::kNobody) return "address/" + http::address_share(address);
  return "user/" + caller.name;
}

Problem exhausted(Exhausted why, std::string_view thing, std::string_view remedy) {
  if (why == Exhausted::kHolder)
    return {.status = 429,
            .code = ProblemCode::kTooManyRequests,
            .detail = fmt::format("These are more {} than one caller may have at once.", thing),
            .remedy = std::string(remedy),
            .retry_after = 1};
  return {.status = 503,
          .code = ProblemCode::kOverloaded,
          .detail = fmt::format("This server has as many {} as it allows at once.", thing),
          .remedy = "Try again in a few seconds; if it lasts, an admin finds what is used up in the metrics.",
          .retry_after = 2};
}

CallerBudgets::CallerBudgets(const Limits& limits)
    : bodies(limits.bodies),
      stranger_bodies(limits.stranger_bodies),
      responses(limits.responses),
      stranger_responses(limits.stranger_responses),
      strangers(limits.strangers),
      followed_logs(limits.followed_logs),
      log_reads(limits.log_reads),
      order_tests(limits.order_tests),
      requests(limits.requests) {}

BudgetMetrics::BudgetMetrics(prometheus::Registry& registry)
    : used_(prometheus::BuildGauge()
                .Name("storefleet_budget_used")
                .Help("What callers have in use of what is limited, by budget.")
                .Register(registry)),
      limit_(prometheus::BuildGauge()
                 .Name("storefleet_budget_limit")
                 .Help("What all callers together may have in use, by budget.")
                 .Register(registry)),
      refused_(prometheus::BuildCounter()
                   .Name("storefleet_budget_refused_total")
                   .Help("Refusals because a budget was used up, by budget and whose share it was.")
                   .Register(registry)) {}

void BudgetMetrics::show(const std::string& name, const Budget& budget) {
  limit_.Add({{"budget", name}}).Set(static_cast<double>(budget.allowance().total));
  shown_.push_back({.budget = &budget,
                    .used = &used_.Add({{"budget", name}}),
                    .refused_caller = &refused_.Add({{"budget", name}, {"share", "caller"}}),
                    .refused_total = &refused_.Add({{"budget", name}, {"share", "total"}})});
}

void BudgetMetrics::show(const CallerBudgets& budgets) {
  show("bodies", budgets.bodies);
  show("stranger_bodies", budgets.stranger_bodies);
  show("responses", budgets.responses);
  show("stranger_responses", budgets.stranger_responses);
  show("strangers", budgets.strangers);
  show("followed_logs", budgets.followed_logs);
  show("log_reads", budgets.log_reads);
  show("order_tests", budgets.order_tests);
  show("requests", budgets.requests);
}

void BudgetMetrics::refresh() {
  const auto catch_up = [](prometheus::Counter& counter, std::uint64_t now) {
    counter.Increment(static_cast<double>(now) - counter.Value());
  };
  for (const auto& shown : shown_) {
    shown.used->Set(static_cast<double>(shown.budget->used()));
    catch_up(*shown.refused_caller, shown.budget->refused(Exhausted::kHolder));
    catch_up(*shown.refused_total, shown.budget->refused(Exhausted::kTotal));
  }
}

}  // namespace storefleet::api
