#include "engines/value_words.hpp"

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

const auto kSchema = parse_json(R"({"type":"object","additionalProperties":false,"properties":{
    "workers":{"type":"integer","minimum":1,"maximum":32},
    "cache":{"type":"string","pattern":"^[1-9][0-9]*Mi$","maxLength":12},
    "outbound":{"type":"boolean"}}})")
                         .value();

std::string wrong(const char* values, bool fits = false) {
  return wrong_values(kSchema.as_object(), parse_json(values).value().as_object(),
                      [fits](const json::object&, const json::value&) { return fits; });
}

TEST(ValueWords, AnUnknownParameterComesWithThoseThatThereAre) {
  EXPECT_EQ(wrong(R"({"nonsense":1})", true),
            "There is no parameter 'nonsense'. It has: workers, cache, outbound.");
}

TEST(ValueWords, AWrongValueComesWithWhatTheParameterTakes) {
  EXPECT_EQ(wrong(R"({"workers":"many"})"), "workers must be a whole number from 1 to 32.");
  EXPECT_EQ(wrong(R"({"outbound":1})"), "outbound must be true or false.");
  EXPECT_EQ(wrong(R"({"cache":"big"})"),
            "cache must be text of at most 12 characters of the form ^[1-9][0-9]*Mi$.");
  EXPECT_EQ(wrong(R"({"workers":2})", true), "") << "nothing to say where it fits";
}

TEST(ValueWords, AMessageStaysShort) {
  const auto name = std::string(5000, 'x');
  const auto text = wrong(("{\"" + name + "\":1}").c_str());
  EXPECT_LT(text.size(), 300U) << text;
}

}  // namespace
}  // namespace storefleet::engines
