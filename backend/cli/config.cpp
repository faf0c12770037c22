#include "cli/config.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.hpp"

namespace storefleet::cli {
namespace {

namespace fs = std::filesystem;

CommandFailure unreadable(const std::string& path, const std::string& why) {
  return {.code = ExitCode::kUsage,
          .message = fmt::format("The configuration {} {}.", path, why),
          .next = "storefleet config path"};
}

CommandFailure not_logged_in() {
  return {.code = ExitCode::kUnauthenticated,
          .message = "No server is known.",
          .next = "storefleet login http://localhost:8080 --username NAME"};
}

/// Creates `path` for its owner only; false where that or the writing fails.
bool write_privately(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  const bool written = fchmod(file, S_IRUSR | S_IWUSR) == 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  return close(file) == 0 && written;
}

std::string without_final_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

const Context* Config::find(const std::string& name) const {
  const auto found = std::ranges::find(contexts, name, &Context::name);
  return found == contexts.end() ? nullptr : &*found;
}

void Config::forget(const std::string& name) {
  std::erase_if(contexts, [&](const Context& context) { return context.name == name; });
  if (current == name) current = contexts.empty() ? "" : contexts.front().name;
}

void Config::use(Context context) {
  current = context.name;
  const auto found = std::ranges::find(contexts, context.name, &Context::name);
  if (found == contexts.end())
    contexts.push_back(std::move(context));
  else
    *found = std::move(context);
}

std::string config_path(const Environment& environment) {
  const auto home = environment.value_of("HOME").value_or(".");
  const auto folder = environment.value_of("XDG_CONFIG_HOME").value_or(home + "/.config");
  return folder + "/storefleet/config.json";
}

Outcome<Config> load_config(const Environment& environment) {
  const auto path = config_path(environment);
  std::error_code error;
  if (!fs::exists(path, error)) return Config{};
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return std::unexpected(unreadable(path, "cannot be read"));
  const auto parsed = parse_json(text.str());
  if (!parsed) return std::unexpected(unreadable(path, "is " + parsed.error().message));
  Config config{.current = string_or(*parsed, {"currentContext"}), .contexts = {}};
  for (const auto& context : array_at(*parsed, {"contexts"}))
    config.contexts.push_back({string_or(context, {"name"}), string_or(context, {"server"}),
                               string_or(context, {"token"}), string_or(context, {"tokenId"})});
  return config;
}

Outcome<void> save_config(const Config& config, const Environment& environment) {
  json::array contexts;
  for (const auto& context : config.contexts) {
    json::object object{{"name", context.name}, {"server", context.server}, {"token", context.token}};
    if (!context.token_id.empty()) object["tokenId"] = context.token_id;
    contexts.push_back(std::move(object));
  }
  const json::object document{{"currentContext", config.current}, {"contexts", std::move(contexts)}};
  const fs::path path = config_path(environment);
  std::error_code error;
  if (fs::create_directories(path.parent_path(), error))
    fs::permissions(path.parent_path(), fs::perms::owner_all, error);
  const auto fresh = path.string() + ".new";
  if (!write_privately(fresh, json::serialize(document) + "\n"))
    return std::unexpected(unreadable(fresh, "cannot be written"));
  fs::rename(fresh, path, error);
  if (error) return std::unexpected(unreadable(path.string(), "cannot be replaced: " + error.message()));
  return {};
}

Outcome<Context> resolve(const Target& target, const Environment& environment) {
  const auto config = load_config(environment);
  if (!config) return std::unexpected(config.error());
  Context chosen;
  const auto& wanted = target.context.empty() ? config->current : target.context;
  if (const auto* known = config->find(wanted))
    chosen = *known;
  else if (!target.context.empty())
    return std::unexpected(CommandFailure{.code = ExitCode::kUsage,
                                          .message = fmt::format("There is no context '{}'.", target.context),
                                          .next = "storefleet config list"});
  const auto server = without_final_slash(
      target.server.empty() ? environment.value_of("STOREFLEET_SERVER").value_or("") : target.server);
  if (!server.empty() && server != chosen.server) {
    chosen = {.name = {}, .server = server, .token = {}, .token_id = {}};
    const auto same = std::ranges::find(config->contexts, server, &Context::server);
    if (same != config->contexts.end()) chosen = *same;
  }
  if (const auto token = environment.value_of("STOREFLEET_TOKEN")) chosen.token = *token;
  if (chosen.server.empty()) return std::unexpected(not_logged_in());
  return chosen;
}

}  // namespace storefleet::cli
