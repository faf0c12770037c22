#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "api/auth.hpp"
#include "api/limits.hpp"
#include "api/problem.hpp"

namespace storefleet::api {

/// Whose share a request takes: "user/ada", or "address/203.0.113.9" where nobody is logged in.
std::string budget_holder(const Principal& caller, const std::string& address);

/// The answer where a budget is used up: 429 where it is the caller's own share, else 503. `thing` is what
/// there is too much of ("followed logs"), `remedy` what to do about one's own.
Problem exhausted(Exhausted why, std::string_view thing, std::string_view remedy);

/// What is in use by callers of one process, each as api/limits.hpp allows it. One thread.
struct CallerBudgets {
  explicit CallerBudgets(const Limits& limits);

  Budget bodies;
  Budget stranger_bodies;
  Budget responses;
  Budget stranger_responses;
  Budget strangers;
  Budget followed_logs;
  Budget log_reads;
  Budget order_tests;
  Budget requests;
};

/// storefleet_budget_used and storefleet_budget_limit by budget, storefleet_budget_refused_total by budget
/// and whose share was used up (caller, total). Names of budgets come from the program alone.
class BudgetMetrics {
 public:
  /// `registry` and the budgets must outlive this object.
  explicit BudgetMetrics(prometheus::Registry& registry);

  void show(const std::string& name, const Budget& budget);
  void show(const CallerBudgets& budgets);
  /// Before each scrape.
  void refresh();

 private:
  struct Shown {
    const Budget* budget;
    prometheus::Gauge* used;
    prometheus::Counter* refused_caller;
    prometheus::Counter* refused_total;
  };
  prometheus::Family<prometheus::Gauge>& used_;
  prometheus::Family<prometheus::Gauge>& limit_;
  prometheus::Family<prometheus::Counter>& refused_;
  std::vector<Shown> shown_;
};

}  // namespace storefleet::api
