#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/session.hpp"

namespace storefleet::cli {

using Action = std::function<Outcome<void>(Session&)>;

/// Where commands put their words and options, and what the chosen one does. Must outlive the program's
/// parsing and the chosen action.
class Words {
 public:
  explicit Words(CLI::App& app) : app_(app) {}
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  /// The heading, in the help, of the commands that follow.
  void begin(std::string heading) { heading_ = std::move(heading); }

  /// Adds a command; global options may stand behind it.
  CLI::App* add(const std::string& word, const std::string& help, Action action);
  /// Adds a word that only leads to other words.
  CLI::App* add_group(const std::string& word, const std::string& help);
  /// Adds a command below such a word.
  CLI::App* add_below(CLI::App& group, const std::string& word, const std::string& help, Action action);

  /// Room for what a command's options are read into; lasts as long as this.
  template <class Options>
  Options& keep() {
    auto options = std::make_shared<Options>();
    auto& kept = *options;
    kept_.push_back(std::move(options));
    return kept;
  }

  /// What the command that was parsed does.
  [[nodiscard]] const Action& chosen() const { return chosen_; }

 private:
  CLI::App& app_;
  std::string heading_;
  Action chosen_;
  std::vector<std::shared_ptr<void>> kept_;
};

/// What every command's help ends with.
const char* footer();

/// Puts lines of examples before that.
void show_examples(CLI::App* command, const std::string& lines);

/// What is wrong with a command line that was not understood, with the word that was probably meant.
CommandFailure usage_failure(CLI::App& app, const std::vector<std::string>& arguments,
                             const CLI::ParseError& error);

}  // namespace storefleet::cli
