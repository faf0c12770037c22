#include "domain/reasons.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "base/json.hpp"
#include "domain/event.hpp"
#include "domain/phase.hpp"
#include "domain/step.hpp"

/// The closed lists of this program against the contract.
namespace storefleet::inline domain {
namespace {

json::value contract() {
  return load_yaml_file(std::string(STOREFLEET_REPOSITORY) + "/backend/openapi.yaml").value();
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

TEST(Contract, EveryFailureCodeHasASectionOfItsPage) {
  std::ifstream page(std::string(STOREFLEET_REPOSITORY) + "/docs/failures.md");
  std::vector<std::string> sections;
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("## ")) sections.push_back(line.substr(3));
  EXPECT_THAT(sections, ::testing::IsSupersetOf(names_of(failure_codes())));
}

TEST(Contract, ListsEveryPhaseAndStep) {
  EXPECT_THAT(names_of(phases()), ::testing::UnorderedElementsAreArray(listed("Phase")));
  EXPECT_THAT(names_of(step_names()), ::testing::ElementsAreArray(listed("Step/properties/name")));
}

/// Every file below a folder with such an ending, but tests, with its text.
std::vector<std::pair<std::string, std::string>> files_below(const std::string& folder,
                                                             const std::set<std::string>& endings) {
  std::vector<std::pair<std::string, std::string>> found;
  const auto root = std::filesystem::path(STOREFLEET_REPOSITORY) / folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !endings.contains(entry.path().extension().string())) continue;
    if (entry.path().stem().string().ends_with("_test")) continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    found.emplace_back(entry.path().string(), text.str());
  }
  return found;
}

TEST(EventReasons, AreTheOnesThatSqlAndDashboardCompareWith) {
  const std::set<std::string_view> known{to_string(EventReason::kStepFinished),
                                         to_string(EventReason::kPhaseChanged),
                                         to_string(EventReason::kExpiresSoon)};
  const std::regex compared(R"(reason\s*[!=]=*\s*['"](\w+)['"])");
  std::set<std::string> seen;
  auto files = files_below("backend/storage", {".sql", ".cpp"});
  std::ranges::move(files_below("dashboard/src", {".ts", ".tsx"}), std::back_inserter(files));
  for (const auto& [name, text] : files) {
    for (std::sregex_iterator match(text.begin(), text.end(), compared), end; match != end; ++match) {
      EXPECT_TRUE(known.contains((*match)[1].str())) << name << " compares with " << (*match)[1];
      seen.insert((*match)[1]);
    }
  }
  EXPECT_GE(seen.size(), 2U) << "the walk reaches what compares";
}

TEST(EventTypes, AreListedInTheContract) {
  EXPECT_THAT(listed("Event/properties/type"),
              ::testing::ElementsAre(to_string(EventType::kNormal), to_string(EventType::kWarning)));
}

}  // namespace
}  // namespace storefleet::inline domain
