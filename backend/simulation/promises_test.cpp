// docs/promise.md and the simulation name the same promises.
#include "simulation/promises.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace storefleet::simulation {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(STOREFLEET_REPOSITORY + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The names of the rows of the page whose last column begins with "simulation".
std::set<std::string> promised() {
  std::set<std::string> names;
  std::istringstream page(text_of("/docs/promise.md"));
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `") || !line.ends_with("| simulation |")) continue;
    names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

TEST(Promises, AreThoseOfThePage) {
  const auto names = promise_names();
  EXPECT_EQ(promised(), (std::set<std::string>(names.begin(), names.end())));
}

}  // namespace
}  // namespace storefleet::simulation
