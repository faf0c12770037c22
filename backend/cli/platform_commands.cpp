#include <fmt/format.h>

#include "cli/commands.hpp"

namespace storefleet::cli {
namespace {

std::string joined(const json::value& row, std::string_view key) {
  std::vector<std::string> words;
  for (const auto& word : array_at(row, {key}))
    words.push_back(word.is_string() ? to_std(word.get_string()) : "?");
  return fmt::format("{}", fmt::join(words, ","));
}

/// The configuration without its tokens.
json::object visible(const Config& config) {
  json::array contexts;
  for (const auto& context : config.contexts)
    contexts.push_back({{"name", context.name},
                        {"server", context.server},
                        {"token", context.token.empty() ? "not set" : "set"},
                        {"current", context.name == config.current}});
  return {{"items", std::move(contexts)}};
}

}  // namespace

Outcome<void> show_config(Session& session, const std::string& what) {
  auto& world = session.environment;
  if (what == "path") {
    world.out << config_path(world) << "\n";
    return {};
  }
  if (what == "server") {
    const auto context = resolve(session.target(), world);
    if (!context) return std::unexpected(context.error());
    world.out << context->server << "\n";
    return {};
  }
  const auto config = load_config(world);
  if (!config) return std::unexpected(config.error());
  const auto cell = [](std::string key) {
    return [key = std::move(key)](const json::value& row) { return string_or(row, {key}, "-"); };
  };
  print(
      visible(*config),
      {{"CURRENT", [](const auto& row) { return std::string(bool_or(row, {"current"}, false) ? "*" : ""); }},
       {"NAME", cell("name")},
       {"SERVER", cell("server")},
       {"TOKEN", cell("token")}},
      session.format, world);
  return {};
}

Outcome<void> use_context(Session& session, const std::string& name) {
  auto config = load_config(session.environment);
  if (!config) return std::unexpected(config.error());
  const auto* found = config->find(name);
  if (found == nullptr)
    return std::unexpected(CommandFailure{.code = ExitCode::kUsage,
                                          .message = fmt::format("There is no context '{}'.", name),
                                          .next = "storefleet config list"});
  config->use(*found);
  if (const auto saved = save_config(*config, session.environment); !saved)
    return std::unexpected(saved.error());
  session.environment.err << "Commands go to " << printable(config->find(name)->server) << " from now on.\n";
  return {};
}

Outcome<void> show_version(Session& session) {
  json::object versions{{"client", STOREFLEET_VERSION}};
  if (const auto api = session.api()) {
    const auto server = (*api)->get("/version");
    if (server)
      versions["server"] = string_or(*server, {"version"});
    else
      session.environment.err << "The server's version is not known: " << printable(server.error().message)
                              << "\n";
  }
  if (session.format == OutputFormat::kJson || session.format == OutputFormat::kYaml) {
    print(versions, {}, session.format, session.environment);
    return {};
  }
  for (const auto& [part, version] : versions)
    session.environment.out << std::string_view(part) << " " << printable(to_std(version.get_string()))
                            << "\n";
  return {};
}

Outcome<void> list_engines(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto engines = (*api)->get("/api/v1/engines");
  if (!engines) return std::unexpected(engines.error());
  print(*engines,
        {{"NAME", [](const auto& row) { return string_or(row, {"name"}); }},
         {"TITLE", [](const auto& row) { return string_or(row, {"displayName"}); }},
         {"VERSIONS", [](const auto& row) { return joined(row, "versions"); }},
         {"PLANS", [](const auto& row) { return joined(row, "plans"); }},
         {"DESCRIPTION", [](const auto& row) { return string_or(row, {"description"}); },
          Column::Shown::kWide}},
        session.format, session.environment);
  return {};
}

}  // namespace storefleet::cli
