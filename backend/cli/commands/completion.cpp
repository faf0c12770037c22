#include "cli/commands/completion.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/store_list.hpp"

namespace storefleet::cli {
namespace {

constexpr std::chrono::seconds kPatience{2};

constexpr std::string_view kBash =
    R"script(# bash completion of storefleet: eval "$(storefleet completion bash)"
_storefleet() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _storefleet storefleet
)script";

constexpr std::string_view kZsh = R"script(#compdef storefleet
# zsh completion of storefleet: source <(storefleet completion zsh)
_storefleet() {
  local -a candidates
  candidates=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(${candidates:#})
  compadd -- $candidates
}
if [ "$funcstack[1]" = _storefleet ]; then
  _storefleet "$@"
else
  compdef _storefleet storefleet
fi
)script";

constexpr std::string_view kFish =
    R"script(# fish completion of storefleet: storefleet completion fish | source
function __storefleet_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c storefleet -f -a '(__storefleet_complete)'
)script";

/// Values of options that are a closed list here; the server may know more plans.
Choices values_of(std::string_view option) {
  static constexpr std::array<std::pair<std::string_view, Choices>, 6> kValues{{{"--output", kFormats},
                                                                                {"-o", kFormats},
                                                                                {"--for", kGoals},
                                                                                {"--plan", kPlans},
                                                                                {"--scope", kScopes},
                                                                                {"--phase", kPhases}}};
  const auto* found = std::ranges::find(kValues, option, [](const auto& entry) { return entry.first; });
  return found == kValues.end() ? Choices{} : found->second;
}

/// What the server, or for contexts the configuration, knows by names.
Expected::Names names_of(std::string_view place) {
  using enum Expected::Names;
  static constexpr std::array<std::pair<std::string_view, Expected::Names>, 9> kPlaces{
      {{"--engine", kEngines},
       {"ENGINE", kEngines},
       {"--team", kTeams},
       {"--context", kContexts},
       {"-c", kContexts},
       {"TEAM", kTeams},
       {"USER", kUsers},
       {"TOKEN", kTokens},
       {"CONTEXT", kContexts}}};
  const auto* found = std::ranges::find(kPlaces, place, [](const auto& entry) { return entry.first; });
  return found == kPlaces.end() ? kNone : found->second;
}

/// Whether NAME behind that command is the name of a store that exists: not a new one, nor that of a team or
/// user.
bool is_about_a_store(const CLI::App& command) {
  const auto* parent = command.get_parent();
  return parent != nullptr && parent->get_parent() == nullptr && command.get_name() != "create";
}

/// "-o,--output" → each of them.
std::vector<std::string> spellings(const CLI::Option& option) {
  return option.get_positional() ? std::vector<std::string>{}
                                 : CLI::detail::split(option.get_name(false, true), ',');
}

/// The option that a word spells, of the command in use or of the program.
const CLI::Option* option_named(const CLI::App& app, const CLI::App* command, std::string_view word) {
  for (const auto* owner : {command, &app}) {
    if (owner == nullptr) continue;
    for (const auto* option : owner->get_options())
      for (const auto& spelling : spellings(*option))
        if (spelling == word) return option;
  }
  return nullptr;
}

const CLI::App* subcommand_named(const CLI::App& app, const std::string& word) {
  for (const auto* command : app.get_subcommands(nullptr))
    if (command->check_name(word)) return command;
  return nullptr;
}

/// The line before its last word, as far as completion needs it.
struct Line {
  const CLI::App* command = nullptr;
  std::size_t positionals = 0;           // of the command
  const CLI::Option* waiting = nullptr;  // an option whose value comes next
};

Line read_line(const CLI::App& app, const std::vector<std::string>& words) {
  Line line;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (line.waiting != nullptr) {
      if (word != "=") line.waiting = nullptr;  // bash takes "--output=json" apart
    } else if (word.starts_with('-')) {
      const auto* option = option_named(app, line.command, word);
      if (option != nullptr && option->get_items_expected_min() > 0) line.waiting = option;
    } else if (const auto* command = subcommand_named(line.command == nullptr ? app : *line.command, word)) {
      line.command = command;
    } else {
      ++line.positionals;
    }
  }
  return line;
}

Expected values_for(const CLI::Option& option, const CLI::App* command) {
  Expected expected;
  for (const auto& spelling : spellings(option)) {
    if (const auto values = values_of(spelling); !values.empty()) expected.words = to_strings(values);
    if (const auto names = names_of(spelling); names != Expected::Names::kNone) expected.names = names;
    if (spelling == "--role" && command != nullptr)
      expected.words =
          command->get_name() == "add-member" ? to_strings(kTeamRoles) : to_strings(kPlatformRoles);
  }
  return expected;
}

Expected options_of(const CLI::App& app, const CLI::App* command) {
  Expected expected;
  for (const auto* owner : {command, &app}) {
    if (owner == nullptr) continue;
    for (const auto* option : owner->get_options())
      for (const auto& spelling : spellings(*option)) expected.words.push_back(spelling);
  }
  return expected;
}

Expected next_word(const CLI::App& app, const Line& line) {
  Expected expected;
  const auto& place = line.command == nullptr ? app : *line.command;
  for (const auto* command : place.get_subcommands(nullptr))
    if (!command->get_group().empty()) expected.words.push_back(command->get_name());
  if (line.command == nullptr) return expected;
  std::vector<const CLI::Option*> positionals;
  for (const auto* option : line.command->get_options())
    if (option->get_positional()) positionals.push_back(option);
  const bool goes_on = !positionals.empty() && positionals.back()->get_items_expected_max() > 1;
  if (line.positionals >= positionals.size() && !goes_on) return expected;
  const auto& name = positionals[std::min(line.positionals, positionals.size() - 1)]->get_single_name();
  if (name == "NAME" && is_about_a_store(*line.command)) expected.names = Expected::Names::kStores;
  if (const auto names = names_of(name); names != Expected::Names::kNone) expected.names = names;
  if (name == "SHELL") expected.words = to_strings(kShells);
  if (name == "KEY") expected.words = to_strings(kConfigKeys);
  return expected;
}

void keep_fitting(std::vector<std::string>& words, std::string_view typed) {
  std::erase_if(words, [&](const std::string& word) { return !word.starts_with(typed); });
}

std::vector<std::string> known_contexts(const Environment& environment) {
  std::vector<std::string> names;
  if (const auto config = load_config(environment))
    for (const auto& context : config->contexts) names.push_back(printable(context.name));
  return names;
}

/// The path of a list whose items have names.
std::string list_path(Expected::Names names) {
  switch (names) {
    case Expected::Names::kTeams:
      return "/api/v1/teams";
    case Expected::Names::kUsers:
      return "/api/v1/users";
    case Expected::Names::kTokens:
      return "/api/v1/tokens";
    default:
      return "/api/v1/engines";
  }
}

std::vector<std::string> names_at(Session& session, Expected::Names names) {
  if (names == Expected::Names::kContexts) return known_contexts(session.environment);
  std::vector<std::string> found;
  const auto api = session.api();
  if (!api || names == Expected::Names::kNone) return found;
  (*api)->set_deadline(kPatience);
  json::array items;
  if (names == Expected::Names::kStores) {
    items = list_all_stores(**api, {}).value_or(items);
  } else if (const auto list = (*api)->get(list_path(names))) {
    items = array_at(*list, {"items"});
  }
  for (const auto& item : items) found.push_back(printable(string_or(item, {"name"})));
  return found;
}

}  // namespace

Expected expected_words(const CLI::App& app, const std::vector<std::string>& words) {
  const auto line = read_line(app, words);
  std::string typed = words.empty() ? "" : words.back();
  if (line.waiting != nullptr && typed == "=") typed.clear();
  Expected expected;
  const auto equals = typed.find('=');
  if (line.waiting != nullptr) {
    expected = values_for(*line.waiting, line.command);
  } else if (typed.starts_with("--") && equals != std::string::npos) {
    const auto name = typed.substr(0, equals);
    const auto* option = option_named(app, line.command, name);
    if (option != nullptr) expected.words = values_for(*option, line.command).words;
    for (auto& word : expected.words) word.insert(0, name + "=");
  } else if (typed.starts_with('-')) {
    expected = options_of(app, line.command);
  } else {
    expected = next_word(app, line);
  }
  keep_fitting(expected.words, typed);
  return expected;
}

void print_completions(Session& session, const CLI::App& app, const std::vector<std::string>& words) {
  const auto expected = expected_words(app, words);
  auto names = names_at(session, expected.names);
  keep_fitting(names, words.empty() ? "" : words.back());
  for (const auto& word : expected.words) session.environment.out << word << "\n";
  for (const auto& name : names) session.environment.out << name << "\n";
}

Target target_in(const std::vector<std::string>& words) {
  Target target;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value_of = [&](const std::string& option) -> std::string {
      if (words[i].starts_with(option + "=")) return words[i].substr(option.size() + 1);
      return words[i] == option && i + 1 < words.size() ? words[i + 1] : std::string();
    };
    if (auto server = value_of("--server"); !server.empty()) target.server = std::move(server);
    for (const auto* option : {"--context", "-c"})
      if (auto context = value_of(option); !context.empty()) target.context = std::move(context);
  }
  return target;
}

namespace {

/// Prints the script for a shell that asks `storefleet __complete` for every word.
Outcome<void> print_completion_script(Session& session, const std::string& shell) {
  session.environment.out << (shell == "zsh" ? kZsh : shell == "fish" ? kFish : kBash);
  return {};
}

}  // namespace

void add_completion(Words& words) {
  auto& shell = words.keep<std::string>();
  auto* command = words.add("completion", "Print the completion script of a shell",
                            [&shell](Session& s) { return print_completion_script(s, shell); });
  command->add_option("SHELL", shell, listed(kShells))->required()->check(one_of(kShells));
}

}  // namespace storefleet::cli
