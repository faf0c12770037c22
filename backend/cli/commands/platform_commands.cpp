#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"

namespace storefleet::cli {
namespace {

std::string joined(const json::value& row, std::string_view key) {
  std::vector<std::string> words;
  for (const auto& word : array_at(row, {key}))
    words.push_back(word.is_string() ? to_std(word.get_string()) : "?");
  return fmt::format("{}", fmt::join(words, ","));
}

/// "blue (owner), green (viewer)"
std::string teams_cell(const json::value& caller) {
  std::vector<std::string> teams;
  for (const auto& team : array_at(caller, {"teams"}))
    teams.push_back(fmt::format("{} ({})", string_or(team, {"team"}), string_or(team, {"role"})));
  return teams.empty() ? "-" : fmt::format("{}", fmt::join(teams, ", "));
}

/// What a JSON Schema of one parameter takes, in words: "1 to 32".
std::string takes_cell(const json::value& schema) {
  const auto type = string_or(schema, {"type"});
  const auto& choices = array_at(schema, {"enum"});
  if (!choices.empty()) {
    std::vector<std::string> words;
    for (const auto& choice : choices) words.push_back(json::serialize(choice));
    return fmt::format("{}", fmt::join(words, ", "));
  }
  if (type == "boolean") return "true or false";
  if (type != "integer" && type != "number") return type == "string" ? "text" : type;
  const auto* least = find_at(schema, {"minimum"});
  const auto* most = find_at(schema, {"maximum"});
  if (least != nullptr && most != nullptr)
    return fmt::format("{} to {}", json::serialize(*least), json::serialize(*most));
  if (least != nullptr) return fmt::format("{} or more", json::serialize(*least));
  return most != nullptr ? fmt::format("at most {}", json::serialize(*most)) : "number";
}

/// What stores of that engine can be given by --set.
Outcome<void> show_engine(Session& session, const json::array& engines, const std::string& name) {
  const auto* found =
      std::ranges::find(engines, name, [](const auto& row) { return string_or(row, {"name"}); });
  if (found == engines.end())
    return std::unexpected(CommandFailure{.code = ExitCode::kNotFound,
                                          .message = fmt::format("There is no engine '{}' here.", name),
                                          .next = "storefleet engines"});
  auto& world = session.environment;
  if (session.format == OutputFormat::kJson || session.format == OutputFormat::kYaml) {
    print(*found, {}, session.format, world);
    return {};
  }
  json::array parameters;
  for (const auto& [key, schema] : object_at(*found, {"parameters", "properties"}))
    parameters.push_back({{"name", key},
                          {"takes", takes_cell(schema)},
                          {"pattern", string_or(schema, {"pattern"})},
                          {"description", string_or(schema, {"description"}, string_or(schema, {"title"}))}});
  if (parameters.empty()) world.err << "Stores of this engine take no parameters.\n";
  print(json::object{{"items", std::move(parameters)}},
        {text_column("PARAMETER", "name"), text_column("TAKES", "takes"),
         text_column("PATTERN", "pattern", Column::Shown::kWide), text_column("DESCRIPTION", "description")},
        session.format, world);
  if (session.format != OutputFormat::kName)
    world.err << "Used as: storefleet update NAME --set PARAMETER=VALUE; what is not set follows the plan.\n";
  return {};
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

/// Who the server takes the caller for.
Outcome<void> show_caller(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto caller = (*api)->get("/api/v1/me");
  if (!caller) return std::unexpected(caller.error());
  if (auto* object = caller->if_object()) object->erase("csrfToken");
  print(*caller,
        {text_column("NAME", "name"),
         text_column("ROLE", "role"),
         text_column("SCOPE", "scope"),
         {"TEAMS", teams_cell},
         {"SERVER", [server = (*api)->server()](const json::value&) { return server; }}},
        session.format, session.environment);
  return {};
}

/// The engines; with a name what a store of that one can be given by --set.
Outcome<void> show_engines(Session& session, const std::string& name) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto engines = (*api)->get("/api/v1/engines");
  if (!engines) return std::unexpected(engines.error());
  if (!name.empty()) return show_engine(session, array_at(*engines, {"items"}), name);
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

}  // namespace

void add_config(Words& words) {
  struct Options {
    std::string item = "view";
    std::string context;
  };
  auto& options = words.keep<Options>();
  auto* command = words.add("config", "Show the configuration", [&options](Session& s) {
    return options.item == "use-context" ? use_context(s, options.context) : show_config(s, options.item);
  });
  command->require_subcommand(0, 1);
  auto* item = command->add_subcommand("get", "Print one value");
  item->add_option("KEY", options.item, "server")->required()->check(one_of(kConfigKeys));
  for (const auto* word : {"view", "list"})
    command->add_subcommand(word, "Show the servers that are known")->callback([&options] {
      options.item = "view";
    });
  auto* use = command->add_subcommand("use-context", "Send commands to another known server from now on");
  use->add_option("CONTEXT", options.context)->required();
  use->callback([&options] { options.item = "use-context"; });
  command->add_subcommand("path", "Print where the file is")->callback([&options] { options.item = "path"; });
}

void add_version(Words& words) {
  words.add("version", "Show versions of client and server", [](Session& s) { return show_version(s); });
}

void add_whoami(Words& words) {
  words.add("whoami", "Show who the server takes you for", [](Session& s) { return show_caller(s); });
}

void add_engines(Words& words) {
  auto& name = words.keep<std::string>();
  auto* command = words.add("engines", "List the kinds of store on offer; of one its parameters",
                            [&name](Session& s) { return show_engines(s, name); });
  command->add_option("ENGINE", name, "Show what --set takes for its stores");
}

}  // namespace storefleet::cli
