#include <algorithm>

#include <fmt/format.h>

#include "cli/commands/command_words.hpp"
#include "cli/suggest.hpp"

namespace storefleet::cli {
namespace {

/// The commands of the line as far as they were understood: "team", then its "create".
std::vector<CLI::App*> commands_in(CLI::App& app) {
  std::vector<CLI::App*> commands;
  for (auto used = app.get_subcommands(); !used.empty(); used = commands.back()->get_subcommands())
    commands.push_back(used.front());
  return commands;
}

/// "--a,--b" → "--a", "--b"
void add_spellings(const CLI::App& app, std::vector<std::string>& words) {
  for (const auto* option : app.get_options())
    for (const auto& name : CLI::detail::split(option->get_name(false, true), ',')) words.push_back(name);
}

/// The words that may stand where `word` does: commands, or options of those in use.
std::vector<std::string> words_like(const CLI::App& app, const std::vector<CLI::App*>& used,
                                    std::string_view word) {
  std::vector<std::string> words;
  if (word.starts_with('-')) {
    for (const auto* command : used) add_spellings(*command, words);
    add_spellings(app, words);
  } else {
    const auto& place = used.empty() ? app : *used.back();
    for (const auto* command : place.get_subcommands(nullptr)) words.push_back(command->get_name());
  }
  return words;
}

/// The mistyped word in CLI11's "… not expected: value --optoin"; empty where it is another error.
std::string first_unexpected(std::string_view message) {
  const auto begin = message.find("not expected: ");
  if (begin == std::string_view::npos) return {};
  const auto words = CLI::detail::split(std::string(message.substr(message.find(": ", begin) + 2)), ' ');
  const auto option = std::ranges::find_if(words, [](const auto& word) { return word.starts_with('-'); });
  return option == words.end() ? words.front() : *option;
}

/// The word that stands where a command is missing; empty where there is none.
std::string word_in_place_of_command(const std::vector<CLI::App*>& used,
                                     const std::vector<std::string>& arguments) {
  auto begin = arguments.begin();
  for (const auto* command : used) begin = std::find(begin, arguments.end(), command->get_name());
  if (begin != arguments.end() && !used.empty()) ++begin;
  const auto word =
      std::find_if(begin, arguments.end(), [](const auto& text) { return !text.starts_with('-'); });
  return word == arguments.end() ? std::string() : *word;
}

}  // namespace

CommandFailure usage_failure(CLI::App& app, const std::vector<std::string>& arguments,
                             const CLI::ParseError& error) {
  const auto used = commands_in(app);
  std::string command = "storefleet";
  for (const auto* part : used) command += " " + part->get_name();
  CommandFailure failure{.code = ExitCode::kUsage, .message = error.what(), .next = command + " --help"};
  const bool leads_on = used.empty() || !used.back()->get_subcommands(nullptr).empty();
  auto unknown = used.empty() ? std::string() : first_unexpected(error.what());
  if (unknown.empty() && leads_on) unknown = word_in_place_of_command(used, arguments);
  if (unknown.empty()) return failure;
  const auto names = words_like(app, used, unknown);
  failure.message = fmt::format("'{}' is not known here.", unknown);
  const auto meant = nearest(unknown.substr(0, unknown.find('=')), names);
  if (meant.empty()) return failure;
  failure.message += fmt::format(" Did you mean '{}'?", meant);
  if (leads_on && !meant.starts_with('-')) failure.next = fmt::format("{} {} --help", command, meant);
  return failure;
}

}  // namespace storefleet::cli
