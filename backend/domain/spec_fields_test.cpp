#include "domain/spec_fields.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>

/// A field of a store is declared once; what has to be written elsewhere too is held against that here.
namespace storefleet::inline domain {
namespace {

json::value document(const std::string& name) {
  return load_yaml_file(std::string(STOREFLEET_REPOSITORY) + "/" + name).value();
}

struct InSchema {
  std::string type;
  std::int64_t most = 0;  // length or number; 0: not told here
};

struct Describe {
  InSchema operator()(const TextField& field) const {
    return {"string", static_cast<std::int64_t>(field.most)};
  }
  InSchema operator()(const FlagField&) const { return {"boolean"}; }
  InSchema operator()(const TimeField&) const { return {"string", 64}; }
  InSchema operator()(const HostsField& field) const {
    return {"array", static_cast<std::int64_t>(field.most)};
  }
  InSchema operator()(const DeletionPolicyField&) const { return {"string"}; }
  InSchema operator()(const ValuesField&) const { return {"object"}; }
};

std::set<std::string> names_of(const json::object& properties) {
  std::set<std::string> names;
  for (const auto& [name, schema] : properties) names.insert(name);
  return names;
}

std::set<std::string> field_names(std::set<std::string> besides = {}) {
  for (const auto& field : spec_fields()) besides.emplace(field.name);
  return besides;
}

TEST(SpecFields, AreThoseOfTheCrdWithTheirLimits) {
  const auto crd = document("helm/storefleet/crds/stores.yaml");
  const auto& properties =
      crd.at_pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties").as_object();
  EXPECT_EQ(names_of(properties), field_names());
  for (const auto& field : spec_fields()) {
    const auto& schema = properties.at(field.name);
    const auto expected = std::visit(Describe{}, field.kind);
    EXPECT_EQ(string_or(schema, {"type"}), expected.type) << field.name;
    const auto most = int_or(schema, {expected.type == "array" ? "maxItems" : "maxLength"}, 0);
    if (expected.most > 0) EXPECT_EQ(most, expected.most) << field.name;
  }
}

TEST(SpecFields, AreThoseThatTheContractTakesAndGives) {
  const auto contract = document("backend/openapi.yaml");
  const auto properties = [&](const std::string& schema) {
    return names_of(contract.at_pointer("/components/schemas/" + schema + "/properties").as_object());
  };
  EXPECT_EQ(properties("CreateStore"), field_names({"name"}));
  std::set<std::string> changeable;
  for (const auto& field : spec_fields())
    if (field.changes == Changes::kAllowed) changeable.emplace(field.name);
  EXPECT_EQ(properties("UpdateStore"), changeable);
  EXPECT_THAT(properties("Store"), ::testing::IsSupersetOf(field_names()));
}

TEST(SpecFields, GoToJsonAndBack) {
  StoreSpec spec{.engine = "tiny",
                 .plan = "large",
                 .team = "blue",
                 .title = "A shop",
                 .admin_email = "a@b.example",
                 .note = "spring",
                 .hosts = {"shop.example.com"},
                 .sample_data = false,
                 .asleep = true,
                 .expires_at = parse_time("2027-01-01T00:00:00Z"),
                 .engine_version = "1.2",
                 .values = {{"a", 1}},
                 .deletion_policy = DeletionPolicy::kRetain};
  static const StoreSpec kDefaults;
  const auto parsed = parse_spec(spec_json(spec));
  for (const auto& field : spec_fields()) {
    EXPECT_NE(field_json(field, spec), field_json(field, kDefaults))
        << field.name << ": give it a value in this test";
    EXPECT_EQ(field_json(field, parsed), field_json(field, spec)) << field.name;
  }
}

}  // namespace
}  // namespace storefleet::inline domain
