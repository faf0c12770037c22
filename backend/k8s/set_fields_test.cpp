#include "k8s/set_fields.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/fingerprint.hpp"

namespace storefleet::k8s {
namespace {

/// The Helm helper writes fingerprints into the record of a release, and its test reads the same file.
TEST(SetFields, AreTheHelmHelpersOwn) {
  std::ifstream file(STOREFLEET_REPOSITORY "/backend/releases/helm-helper/testdata/fingerprints.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto cases = parse_json(text.str());
  ASSERT_TRUE(cases) << cases.error().message;
  ASSERT_GE(cases->as_array().size(), 4U);
  for (const auto& test : cases->as_array()) {
    const auto set = set_fields(*find_at(test, {"object"}), string_or(test, {"manager"}));
    EXPECT_EQ(fingerprint_text(fingerprint(set)), string_or(test, {"fingerprint"}))
        << string_or(test, {"what"}) << ": " << json::serialize(set);
  }
}

TEST(SetFields, LeaveOutWhatNobodySet) {
  const auto object = *parse_json(R"({"metadata":{"managedFields":[{"manager":"us","fieldsV1":{
    "f:spec":{"f:hard":{"f:pods":{}}}}}]},"spec":{"hard":{"pods":"1","cpu":"2"},"more":1}})");
  EXPECT_EQ(set_fields(object, "us"), (json::object{{"spec", {{"hard", {{"pods", "1"}}}}}}));
  EXPECT_EQ(set_fields(json::object{{"spec", 1}}, "us"), json::object());
}

}  // namespace
}  // namespace storefleet::k8s
