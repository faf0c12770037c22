#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "operator/decisions/rules.hpp"
#include "operator/decisions/steps.hpp"

/// The tables that decide, against docs/life-of-a-store.md and each other.
namespace storefleet::store_operator {
namespace {

struct InWords {
  std::string operator()(ActionKind kind) const { return fmt::format("`{}`", to_string(kind)); }
  std::string operator()(const Wait& wait) const {
    return fmt::format("wait: {} (at most {} s)", wait.why, wait.at_most.count() / 1000);
  }
  std::string operator()(Settled) const { return "settled"; }
  std::string operator()(Blocked) const { return "only a person can help"; }
  std::string operator()(Next (*)(const Situation&)) const { return "wait, and try again"; }
};

std::string in_words(std::span<const Rule> rules) {
  std::string table = "| when | then |\n|---|---|\n";
  for (const auto& rule : rules)
    table += fmt::format("| {} | {} |\n", rule.when, std::visit(InWords{}, rule.then));
  return table;
}

std::string life_of_a_store() {
  std::ifstream file(std::filesystem::path(STOREFLEET_REPOSITORY) / "docs/life-of-a-store.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Tables, StepsStandInTheDocument) {
  std::string table = "| step | done when | problem after |\n|---|---|---|\n";
  for (const auto& step : making_steps())
    table +=
        fmt::format("| `{}` | {} | {} s |\n", to_string(step.name), step.done_when, step.deadline.count());
  EXPECT_THAT(life_of_a_store(), ::testing::HasSubstr(table));
}

TEST(Tables, RulesStandInTheDocument) {
  EXPECT_THAT(life_of_a_store(), ::testing::HasSubstr(in_words(making_rules())));
  EXPECT_THAT(life_of_a_store(), ::testing::HasSubstr(in_words(teardown_rules())));
}

TEST(Tables, LeaveNoActionOut) {
  // Asked for beside a wait, and asked for by a function.
  std::set<ActionKind> reached{ActionKind::kReadLog, ActionKind::kAdmit};
  for (const auto rules : {making_rules(), teardown_rules()})
    for (const auto& rule : rules)
      if (const auto* kind = std::get_if<ActionKind>(&rule.then)) reached.insert(*kind);
  EXPECT_THAT(reached, ::testing::UnorderedElementsAreArray(action_kinds()));
}

TEST(Tables, HaveOneRowForEachStep) {
  std::set<StepName> names;
  for (const auto& step : making_steps()) EXPECT_TRUE(names.insert(step.name).second) << to_string(step.name);
  for (const auto& step : teardown_steps())
    EXPECT_TRUE(names.insert(step.name).second) << to_string(step.name);
}

TEST(Tables, EndWithARuleThatHoldsAlways) {
  const Observed nothing;
  const Situation in{nothing, nothing.store, {}};
  EXPECT_TRUE(making_rules().back().holds(in));
  EXPECT_TRUE(teardown_rules().back().holds(in));
}

}  // namespace
}  // namespace storefleet::store_operator
