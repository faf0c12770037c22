#pragma once
#include <string>
#include <vector>

#include "cli/environment.hpp"
#include "cli/outcome.hpp"

namespace storefleet::cli {

/// A server one has logged in to.
struct Context {
  std::string name;
  std::string server;  // URL without a final slash
  std::string token;
  std::string token_id = {};  // of a token that login made: logout revokes it
};

/// config.json, readable by its owner only.
struct Config {
  std::string current;
  std::vector<Context> contexts;

  [[nodiscard]] const Context* find(const std::string& name) const;
  /// Adds or replaces the context of that name and makes it the current one.
  void use(Context context);
  /// Removes a context; another one, if there is any, becomes the current one.
  void forget(const std::string& name);
};

/// ${XDG_CONFIG_HOME:-~/.config}/storefleet/config.json
std::string config_path(const Environment& environment);

/// An empty one where there is no file; a failure where it cannot be read.
Outcome<Config> load_config(const Environment& environment);
/// Replaces the file as a whole.
Outcome<void> save_config(const Config& config, const Environment& environment);

/// What the user said on the command line about where to go.
struct Target {
  std::string server;   // --server
  std::string context;  // --context
};

/// Where requests go: --server or STOREFLEET_SERVER, else the named or current context. STOREFLEET_TOKEN
/// wins; a stored token is sent only to the server that it was stored for.
Outcome<Context> resolve(const Target& target, const Environment& environment);

}  // namespace storefleet::cli
