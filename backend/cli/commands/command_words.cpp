#include "cli/commands/command_words.hpp"

namespace storefleet::cli {

const char* footer() {
  return "Exit codes: 0 ok, 1 failed, 2 usage, 3 not logged in, 4 not found, 5 conflict,\n"
         "            6 unreachable, 7 timeout, 8 forbidden.\n"
         "The server also comes from STOREFLEET_SERVER and STOREFLEET_TOKEN.";
}

CLI::App* Words::add(const std::string& word, const std::string& help, Action action) {
  auto* command = add_below(app_, word, help, std::move(action));
  command->group(heading_);
  return command;
}

CLI::App* Words::add_group(const std::string& word, const std::string& help) {
  auto* group = app_.add_subcommand(word, help);
  group->fallthrough();
  group->require_subcommand(1);
  group->group(heading_);
  return group;
}

CLI::App* Words::add_below(CLI::App& group, const std::string& word, const std::string& help, Action action) {
  auto* command = group.add_subcommand(word, help);
  command->fallthrough();
  command->group("Subcommands");  // not the heading of the word above
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return command;
}

void show_examples(CLI::App* command, const std::string& lines) {
  command->footer("Examples:\n" + lines + "\n" + footer());
}

}  // namespace storefleet::cli
