#pragma once
#include <string>
#include <vector>

#include "cli/commands/command_words.hpp"

namespace storefleet::cli {

/// A custom method of stores, like `POST /api/v1/stores/demo:sleep`.
struct StoreAction {
  std::vector<std::string> names;
  std::string engine_version;  // of upgrade; empty: the newest
  bool wait = false;
  std::string timeout = "5m";
};

enum class Stores { kOne, kSeveral };

/// Adds a command that does such a thing; its words are read into `options`.
CLI::App* add_store_action(Words& words, const std::string& word, const std::string& help, Stores which,
                           StoreAction& options, Action action);

}  // namespace storefleet::cli
