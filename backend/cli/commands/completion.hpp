#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"

namespace CLI {
class App;
}

namespace storefleet::cli {

/// What may stand at the end of an unfinished command line.
struct Expected {
  std::vector<std::string> words;  // that fit what was typed of the last one
  enum class Names {
    kNone,
    kStores,
    kEngines,
    kTeams,
    kUsers,
    kTokens,
    kContexts
  } names = Names::kNone;  // names that the server knows, besides
};

/// `words` is the line after the program's name; its last word is the one being typed, perhaps empty. Pure.
Expected expected_words(const CLI::App& app, const std::vector<std::string>& words);

/// The hidden command that the scripts call: prints what fits, one a line. Never fails, and never waits long:
/// where the server does not answer there are no names.
void print_completions(Session& session, const CLI::App& app, const std::vector<std::string>& words);

/// What --server and --context say somewhere in an unfinished line.
Target target_in(const std::vector<std::string>& words);

}  // namespace storefleet::cli
