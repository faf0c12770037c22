#include <fstream>

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace storefleet::cli {
namespace {

std::string trimmed(std::string text) {
  const auto* blanks = " \t\r\n";
  text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
  text.erase(text.find_last_not_of(blanks) + 1);
  return text;
}

Outcome<std::string> read_token(Session& session, const LoginOptions& options) {
  const auto wrong = [&](std::string message) {
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUsage,
                       .message = std::move(message),
                       .next = fmt::format("storefleet login {} --token-file FILE", options.server)});
  };
  if (options.token_stdin == !options.token_file.empty())
    return wrong("Say where the token comes from: --token-stdin or --token-file FILE.");
  std::string token;
  if (options.token_stdin) {
    std::getline(session.environment.in, token);
  } else {
    std::ifstream file(options.token_file);
    if (!file) return wrong(fmt::format("{} cannot be read.", options.token_file));
    std::getline(file, token);
  }
  token = trimmed(std::move(token));
  if (token.empty()) return wrong("The token is empty.");
  for (const unsigned char c : token)
    if (c <= 0x20 || c >= 0x7f) return wrong("The token has characters that no token has.");
  return token;
}

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

Outcome<void> login(Session& session, const LoginOptions& options) {
  auto token = read_token(session, options);
  if (!token) return std::unexpected(token.error());
  auto server = options.server.contains("://") ? options.server : "https://" + options.server;
  while (server.ends_with('/')) server.pop_back();
  Context context{
      .name = server.substr(server.find("://") + 3), .server = server, .token = std::move(*token)};
  const auto api = ApiClient::create(context);
  if (!api) return std::unexpected(api.error());
  const auto me = (*api)->get("/api/v1/me");
  if (!me) return std::unexpected(me.error());
  const auto host = parse_url(server)->host;
  if (server.starts_with("http://") && !is_loopback_name(host))
    session.environment.err << "warning: the token travels unencrypted; use https:// outside this machine.\n";
  auto config = load_config(session.environment);
  if (!config) return std::unexpected(config.error());
  config->use(std::move(context));
  if (const auto saved = save_config(*config, session.environment); !saved)
    return std::unexpected(saved.error());
  session.environment.err << "Logged in to " << printable(server) << " as "
                          << printable(string_or(*me, {"name"})) << ". next: storefleet list\n";
  return {};
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

Outcome<void> logout(Session& session) {
  auto config = load_config(session.environment);
  if (!config) return std::unexpected(config.error());
  const auto* current = config->find(config->current);
  if (current == nullptr) {
    session.environment.err << "No server is known.\n";
    return {};
  }
  const auto server = current->server;
  config->forget(config->current);
  if (const auto saved = save_config(*config, session.environment); !saved)
    return std::unexpected(saved.error());
  session.environment.err << "Forgot " << printable(server) << " and its token.\n";
  return {};
}

}  // namespace storefleet::cli
