#include "engines/settled.hpp"

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

json::value parse(std::string_view text) {
  return parse_json(text).value();
}

TEST(Settled, AQuotaIsTheSameHoweverItsAmountsAreWritten) {
  const auto of = [](std::string_view amounts) {
    return settled_fingerprint("ResourceQuota", json::object{{"spec", {{"hard", parse(amounts)}}}});
  };
  EXPECT_EQ(of(R"({"cpu":"1000m","memory":"1024Mi"})"), of(R"({"memory":"1Gi","cpu":"1"})"));
  EXPECT_NE(of(R"({"cpu":"1000m"})"), of(R"({"cpu":"1001m"})"));
  EXPECT_NE(of(R"({"cpu":"1"})"), of(R"({"cpu":"1","pods":"1"})"));
}

TEST(Settled, OtherTextsAreNotAmounts) {
  EXPECT_NE(settled_fingerprint("Ingress", json::object{{"spec", {{"host", "1"}}}}),
            settled_fingerprint("Ingress", json::object{{"spec", {{"host", "1000m"}}}}));
}

/// An empty list of peers means the same as none; a rule without anything means everybody.
TEST(Settled, AnOpenedPolicyIsNotAShutOne) {
  const auto of = [](std::string_view spec) {
    return settled_fingerprint("NetworkPolicy", json::object{{"spec", parse(spec)}});
  };
  EXPECT_EQ(of(R"({"ingress":[{"from":[],"ports":[1]}]})"), of(R"({"ingress":[{"ports":[1]}]})"));
  EXPECT_EQ(of(R"({"podSelector":{},"ingress":[]})"), of(R"({"podSelector":{}})"));
  EXPECT_NE(of(R"({"podSelector":{},"ingress":[{}]})"), of(R"({"podSelector":{}})"));
}

TEST(Settled, WhatNamesAnObjectIsNotWhatItSets) {
  const json::object object{{"apiVersion", "v1"},
                            {"kind", "LimitRange"},
                            {"metadata", {{"name", "n"}, {"namespace", "s"}, {"labels", {{"a", "b"}}}}},
                            {"spec", 1}};
  EXPECT_EQ(set_by(object), (json::object{{"metadata", {{"labels", {{"a", "b"}}}}}, {"spec", 1}}));
}

}  // namespace
}  // namespace storefleet::engines
