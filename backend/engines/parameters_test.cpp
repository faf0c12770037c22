#include "engines/parameters.hpp"

#include <filesystem>

#include <gmock/gmock.h>

#include "base/schema_bounds.hpp"
#include "engines/catalogue.hpp"

namespace storefleet::engines {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

json::object object_of(std::string_view text) {
  return parse_json(text)->get_object();
}

Result<ParameterSchema> compile(std::string_view text) {
  return ParameterSchema::compile(object_of(text));
}

constexpr auto kSchema = R"({"type":"object","additionalProperties":false,"properties":{
  "pool":{"type":"string","pattern":"^[1-9][0-9]*[MG]i$"},
  "workers":{"type":"integer","minimum":1},
  "names":{"type":"array","uniqueItems":true,"items":{"type":"string","pattern":"^[a-z]+$"}},
  "nested":{"allOf":[{"type":"object"},{"additionalProperties":{"pattern":"^x"}}]},
  "when":{"type":"string","format":"date-time"}}})";

TEST(ParameterSchema, AMultipleMayBeOfAnySizeButNotOfNothing) {
  const auto schema = compile(R"({"properties":{"count":{"multipleOf":2},"half":{"multipleOf":0.5}}})");
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_EQ(schema->violations(object_of(R"({"count":4,"half":1.5})")), "");
  EXPECT_EQ(schema->violations(object_of(R"({"count":-4.0,"half":3})")), "");
  for (const auto* values : {R"({"count":3})", R"({"count":4.5})", R"({"half":0.7})"})
    EXPECT_THAT(schema->violations(object_of(values)), HasSubstr("multiple of")) << values;
  EXPECT_EQ(schema->violations(object_of(R"({"count":1e90,"half":1e90})")), "");
  for (const auto* divisor : {"0", "-1", "0.0", "\"2\""}) {
    const auto refused = compile(R"({"properties":{"count":{"multipleOf":)" + std::string(divisor) + "}}}");
    ASSERT_FALSE(refused) << divisor;
    EXPECT_THAT(refused.error().message, HasSubstr("multipleOf must be a number above 0"));
  }
}

TEST(ParameterSchema, TakesWhatFitsAndSaysWhatDoesNot) {
  const auto schema = compile(kSchema);
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_EQ(
      schema->violations(object_of(R"({"pool":"64Mi","workers":2,"names":["a","b"],"nested":{"k":"xy"}})")),
      "");
  EXPECT_THAT(schema->violations(object_of(R"({"pool":"64Mb"})")),
              HasSubstr("[pool] does not match the pattern"));
  EXPECT_THAT(schema->violations(object_of(R"({"names":["a","B"]})")),
              HasSubstr("[names][1] does not match"));
  EXPECT_THAT(schema->violations(object_of(R"({"nested":{"k":"y"}})")),
              HasSubstr("[nested][k] does not match"));
  EXPECT_NE(schema->violations(object_of(R"({"workers":0})")), "");
  EXPECT_NE(schema->violations(object_of(R"({"other":1})")), "");
  EXPECT_EQ(schema->violations(object_of(R"({"when":"soon"})")), "") << "format informs the form only";
}

TEST(ParameterSchema, IsNotStoppedByALongText) {
  // std::regex recursed once a character: this ended the process.
  auto unlimited = object_of(kSchema);
  unlimited["properties"].as_object()["pool"].as_object()["maxLength"] = 10'000'000;
  const auto schema = ParameterSchema::compile(unlimited);
  ASSERT_TRUE(schema);
  const json::object values{{"pool", "1" + std::string(200'000, '0') + "Mi"}};
  EXPECT_EQ(schema->violations(values), "");
  EXPECT_THAT(compile(kSchema)->violations(values), HasSubstr("[pool]")) << "the default bound is lower";
  EXPECT_LT(compile(kSchema)->violations(values).size(), 1000U) << "the message is short";
}

TEST(ParameterSchema, BoundsWhatSaysNothing) {
  const auto schema =
      compile(R"({"type":"object","properties":{"a":{"type":["string","null"]},"b":{"enum":["x"]},
      "c":{"type":"array","items":{"type":"string"}},"d":{"type":"object"},"e":{"type":"string","maxLength":5}}})");
  ASSERT_TRUE(schema);
  const json::value document(schema->document());
  EXPECT_EQ(int_or(document, {"properties", "a", "maxLength"}, 0), ParameterSchema::kDefaultMaxLength);
  EXPECT_EQ(int_or(document, {"properties", "c", "maxItems"}, 0), ParameterSchema::kDefaultMaxItems);
  EXPECT_EQ(int_or(document, {"properties", "c", "items", "maxLength"}, 0),
            ParameterSchema::kDefaultMaxLength);
  EXPECT_EQ(int_or(document, {"properties", "d", "maxProperties"}, 0),
            ParameterSchema::kDefaultMaxProperties);
  EXPECT_EQ(int_or(document, {"properties", "e", "maxLength"}, 0), 5);
  EXPECT_THAT(testing::unbounded(document, testing::Bounds::kStringsAndCollections), IsEmpty());
}

TEST(ParameterSchema, RefusesAtLoadWhatItCouldNotLookAt) {
  const auto refusal = [](std::string_view text) {
    const auto schema = compile(text);
    return schema ? std::string("taken") : schema.error().message;
  };
  EXPECT_THAT(refusal(R"({"properties":{"a":{"pattern":"(a)\\1"}}})"),
              HasSubstr("parameters/properties/a: the pattern"));
  EXPECT_THAT(refusal(R"x({"properties":{"a":{"pattern":"a(?=b)"}}})x"), HasSubstr("RE2"));
  EXPECT_THAT(refusal(R"({"properties":{"a":{"pattern":7}}})"), HasSubstr("a text"));
  EXPECT_THAT(refusal(R"({"properties":{"a":{"anyOf":[{"pattern":"a"}]}}})"), HasSubstr("below properties"));
  EXPECT_THAT(refusal(R"({"items":[{"pattern":"a"}]})"), HasSubstr("below properties"));
  EXPECT_THAT(refusal(R"({"patternProperties":{"a":{}}})"), HasSubstr("patternProperties is not supported"));
  EXPECT_THAT(refusal(R"({"propertyNames":{"pattern":"a"}})"), HasSubstr("propertyNames is not supported"));
  EXPECT_THAT(refusal(R"({"properties":{"a":{"$ref":"#"}}})"), HasSubstr("$ref is not supported"));
  EXPECT_THAT(refusal(R"({"type":"array","maxItems":100000})"), HasSubstr("maxItems"));
  EXPECT_EQ(refusal(R"({"properties":{"pattern":{"type":"string"},"format":{"type":"integer"}}})"), "taken")
      << "names of parameters are no keywords";
  EXPECT_EQ(refusal("{}"), "taken");
}

/// Every engine of the repository as it is in its file, before bounds are filled in.
TEST(ParameterSchema, EveryEngineBoundsEveryParameter) {
  std::size_t engines = 0;
  for (const auto* folder : {"helm", "tests/engines", "tests/integration/engines"})
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(STOREFLEET_REPOSITORY) / folder)) {
      const auto file = entry.path() / "engine.yaml";
      if (!std::filesystem::exists(file)) continue;
      ++engines;
      const auto document = load_yaml_file(file.string());
      ASSERT_TRUE(document) << file;
      const json::value parameters(object_at(*document, {"parameters"}));
      EXPECT_THAT(testing::unbounded(parameters, testing::Bounds::kStringsAndCollections), IsEmpty()) << file;
      const auto engine = parse_engine(*document);
      EXPECT_TRUE(engine) << file << ": " << engine.error().message;
    }
  EXPECT_GE(engines, 5U);
}

TEST(Catalogue, AnswersAHugeValueLikeAnyOtherWrongOne) {
  auto document = load_yaml_file(std::string(STOREFLEET_REPOSITORY) + "/helm/store-woocommerce/engine.yaml");
  ASSERT_TRUE(document);
  const EngineCatalogue catalogue({*parse_engine(*document)});
  StoreSpec spec{.engine = "woocommerce"};
  spec.values = {{"databaseBufferPool", "1" + std::string(200'000, '0') + "Mi"}};
  const auto checked = catalogue.check(spec);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, Reason::kInvalidValues);
  EXPECT_LT(checked.error().message.size(), 2000U);
  spec.values = {};
  EXPECT_TRUE(catalogue.check(spec));
  spec.values_refused = "values nests deeper than 8 levels";
  EXPECT_THAT(catalogue.check(spec).error().message, HasSubstr("deeper than 8"));
}

}  // namespace
}  // namespace storefleet::engines
