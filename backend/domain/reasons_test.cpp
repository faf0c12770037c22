#include "domain/reasons.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "base/json.hpp"
#include "domain/phase.hpp"
#include "domain/step.hpp"

/// The closed lists of this program against the contract.
namespace storefleet::inline domain {
namespace {

json::value contract() {
  std::ifstream file(std::filesystem::path(STOREFLEET_REPOSITORY) / "backend/openapi.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return parse_yaml(text.str()).value();
}

/// The names that an enum of the contract lists; `pointer` is below components/schemas.
std::vector<std::string> listed(const std::string& pointer) {
  std::vector<std::string> names;
  const auto document = contract();
  for (const auto& name : document.at_pointer("/components/schemas/" + pointer + "/enum").as_array())
    names.emplace_back(name.as_string());
  return names;
}

template <class Values>
std::vector<std::string> names_of(const Values& values) {
  std::vector<std::string> names;
  for (const auto value : values) names.emplace_back(to_string(value));
  return names;
}

TEST(Reasons, HaveOneRowEach) {
  for (const auto reason : reasons()) EXPECT_EQ(meaning_of(reason).reason, reason) << to_string(reason);
  EXPECT_EQ(meaning_of(Reason::kNone).reason, Reason::kNone);
}

TEST(Reasons, AreCalledWhatCallersRead) {
  for (const auto reason : reasons()) {
    const auto& meaning = meaning_of(reason);
    // A list of names to choose from is a wrong parameter, whatever it lists.
    if (meaning.problem && *meaning.problem != ProblemCode::kInvalidParameter)
      EXPECT_EQ(to_string(*meaning.problem), to_string(reason));
  }
}

TEST(Contract, ListsEveryProblemCode) {
  EXPECT_THAT(names_of(problem_codes()), ::testing::ElementsAreArray(listed("Problem/properties/code")));
}

TEST(Contract, ListsEveryFailureCode) {
  EXPECT_THAT(names_of(failure_codes()), ::testing::ElementsAreArray(listed("Failure/properties/code")));
}

TEST(Contract, ListsEveryPhaseAndStep) {
  EXPECT_THAT(names_of(phases()), ::testing::UnorderedElementsAreArray(listed("Phase")));
  EXPECT_THAT(names_of(step_names()), ::testing::ElementsAreArray(listed("Step/properties/name")));
}

}  // namespace
}  // namespace storefleet::inline domain
