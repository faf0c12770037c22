#include "cli/commands/choices.hpp"

namespace storefleet::cli {

std::vector<std::string> to_strings(Choices choices) {
  return {choices.begin(), choices.end()};
}

std::string listed(Choices choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

CLI::IsMember one_of(Choices choices) {
  return CLI::IsMember(to_strings(choices));
}

}  // namespace storefleet::cli
