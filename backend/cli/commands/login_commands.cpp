#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct LoginOptions {
  std::string server;
  std::string username;  // by password; else by token
  bool password_stdin = false;
  int token_days = 90;
  bool token_stdin = false;
  std::string token_file;
};

struct LogoutOptions {
  bool everywhere = false;  // also ends all sessions in browsers
};

std::string trimmed(std::string text) {
  const auto* blanks = " \t\r\n";
  text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
  text.erase(text.find_last_not_of(blanks) + 1);
  return text;
}

std::unexpected<CommandFailure> wrong(std::string message, std::string next) {
  return std::unexpected(
      CommandFailure{.code = ExitCode::kUsage, .message = std::move(message), .next = std::move(next)});
}

Outcome<std::string> read_token(Session& session, const LoginOptions& options) {
  const auto next = fmt::format("storefleet login {} --token-file FILE", options.server);
  std::string token;
  if (options.token_stdin) {
    std::getline(session.environment.in, token);
  } else {
    std::ifstream file(options.token_file);
    if (!file) return wrong(fmt::format("{} cannot be read.", options.token_file), next);
    std::getline(file, token);
  }
  token = trimmed(std::move(token));
  if (token.empty()) return wrong("The token is empty.", next);
  for (const unsigned char c : token)
    if (c <= 0x20 || c >= 0x7f) return wrong("The token has characters that no token has.", next);
  return token;
}

/// Says no where it is not clear what to log in with.
Outcome<void> check_way(const LoginOptions& options) {
  const int ways = (options.token_stdin ? 1 : 0) + (options.token_file.empty() ? 0 : 1) +
                   (options.username.empty() ? 0 : 1);
  if (ways == 1 && (!options.password_stdin || !options.username.empty())) return {};
  return wrong("Say what to log in with: --username NAME, --token-stdin or --token-file FILE.",
               fmt::format("storefleet login {} --username NAME", options.server));
}

std::string host_name() {
  std::array<char, 65> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// What a page would do: a session, and the proof that it is ours.
struct PasswordSession {
  http::Headers headers;
};

Outcome<PasswordSession> begin_session(ApiClient& api, const LoginOptions& options, std::string password) {
  const auto next = fmt::format("storefleet login {} --username {}", options.server, options.username);
  auto response =
      api.exchange("POST", "/api/v1/auth/login",
                   json::object{{"name", options.username}, {"password", std::move(password)}}, {});
  if (!response) {
    auto failure = std::move(response.error());
    failure.next = next;
    return std::unexpected(std::move(failure));
  }
  const auto cookie = response->headers.get("Set-Cookie");
  const auto body = parse_json(response->body);
  const auto proof = body ? string_or(*body, {"csrfToken"}) : std::string();
  if (cookie.empty() || proof.empty())
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUnreachable,
                       .message = fmt::format("What answers at {} is no Storefleet server.", api.server()),
                       .next = next});
  return PasswordSession{
      .headers = {{"Cookie", std::string(cookie.substr(0, cookie.find(';')))}, {"X-CSRF-Token", proof}}};
}

/// The token that the command line goes on with; the session ends whether there is one or not.
Outcome<json::value> exchange_password(Session& session, ApiClient& api, const LoginOptions& options,
                                       const std::string& former_token) {
  const auto next =
      fmt::format("storefleet login {} --username {} --password-stdin", options.server, options.username);
  auto password =
      options.password_stdin
          ? password_from_input(session, next)
          : ask_password(session, fmt::format("Password of {}: ", printable(options.username)), next);
  if (!password) return std::unexpected(password.error());
  const auto proved = begin_session(api, options, std::move(*password));
  if (!proved) return std::unexpected(proved.error());
  auto made = api.send("POST", "/api/v1/tokens",
                       json::object{{"name", fmt::format("cli@{}", host_name())},
                                    {"scope", "full"},
                                    {"expiresInDays", options.token_days}},
                       proved->headers);
  if (made && !former_token.empty()) {
    const auto revoked = api.send("DELETE", "/api/v1/tokens/" + http::percent_encode(former_token),
                                  std::nullopt, proved->headers);
    // It may be gone already, or another user's.
    if (!revoked && revoked.error().code != ExitCode::kNotFound)
      session.environment.err << "warning: the token of the login before stays valid until it expires: "
                              << printable(revoked.error().message) << "\n";
  }
  if (const auto ended = api.send("POST", "/api/v1/auth/logout", std::nullopt, proved->headers); !ended)
    session.environment.err << "warning: the session of this login stays open until it expires: "
                            << printable(ended.error().message) << "\n";
  return made;
}

/// By password it goes on with a token of its own, which expires. The context is named by --context.
Outcome<void> login(Session& session, const LoginOptions& options) {
  auto& world = session.environment;
  if (const auto clear = check_way(options); !clear) return std::unexpected(clear.error());
  auto server = options.server.contains("://") ? options.server : "https://" + options.server;
  while (server.ends_with('/')) server.pop_back();
  Context context{.name = session.target().context, .server = server, .token = {}};
  if (context.name.empty()) context.name = server.substr(server.find("://") + 3);
  auto config = load_config(world);
  if (!config) return std::unexpected(config.error());
  const auto bare = ApiClient::create(context);
  if (!bare) return std::unexpected(bare.error());
  if (server.starts_with("http://") && !is_loopback_name(http::parse_url(server)->host))
    world.err << "warning: " << (options.username.empty() ? "the token travels" : "password and token travel")
              << " unencrypted; use https:// outside this machine.\n";
  if (options.username.empty()) {
    auto token = read_token(session, options);
    if (!token) return std::unexpected(token.error());
    context.token = *std::move(token);
  } else {
    const auto* known = config->find(context.name);
    const auto made = exchange_password(session, **bare, options,
                                        known != nullptr && known->server == server ? known->token_id : "");
    if (!made) return std::unexpected(made.error());
    context.token = string_or(*made, {"token"});
    context.token_id = string_or(*made, {"id"});
  }
  const auto api = ApiClient::create(context);
  if (!api) return std::unexpected(api.error());
  const auto me = (*api)->get("/api/v1/me");
  if (!me) return std::unexpected(me.error());
  config->use(std::move(context));
  if (const auto saved = save_config(*config, world); !saved) return std::unexpected(saved.error());
  world.err << "Logged in to " << printable(server) << " as " << printable(string_or(*me, {"name"}))
            << ". next: storefleet list\n";
  return {};
}

/// Ends the sessions in browsers and says what still opens the account. `own_token`: that of this login,
/// which goes as well.
Outcome<void> end_sessions(Session& session, ApiClient& api, bool own_token) {
  const auto ended = api.send("POST", "/api/v1/auth/logout", json::object{{"everywhere", true}});
  if (!ended) return std::unexpected(ended.error());
  const auto left = int_or(*ended, {"remainingTokens"}, 0) - (own_token ? 1 : 0);
  session.environment.err << "Ended " << int_or(*ended, {"endedSessions"}, 0)
                          << " sessions. API tokens that stay valid: " << std::max<std::int64_t>(0, left)
                          << (left > 0 ? ". next: storefleet token list\n" : ".\n");
  return {};
}

/// Forgets the current or the named server and its token, which it revokes where login made it; says so also
/// where none is known.
Outcome<void> logout(Session& session, const LogoutOptions& options) {
  auto& world = session.environment;
  auto config = load_config(world);
  if (!config) return std::unexpected(config.error());
  const auto& wanted = session.target().context;
  const auto* found = config->find(wanted.empty() ? config->current : wanted);
  if (found == nullptr && !wanted.empty())
    return wrong(fmt::format("There is no context '{}'.", wanted), "storefleet config list");
  if (found == nullptr) {
    world.err << "No server is known.\n";
    return {};
  }
  const auto context = *found;
  if (options.everywhere) {
    const auto api = ApiClient::create(context);
    if (!api) return std::unexpected(api.error());
    if (auto ended = end_sessions(session, **api, !context.token_id.empty()); !ended) return ended;
  }
  bool revoked = false;
  if (!context.token_id.empty()) {
    const auto api = ApiClient::create(context);
    const auto answer =
        api ? (*api)->send("DELETE", "/api/v1/tokens/" + http::percent_encode(context.token_id))
            : std::unexpected(api.error());
    revoked = answer.has_value();
    // An unknown token was revoked before.
    if (!answer && answer.error().code != ExitCode::kUnauthenticated &&
        answer.error().code != ExitCode::kNotFound)
      world.err << "warning: the token could not be revoked and is valid until it expires: "
                << printable(answer.error().message) << "\n";
  }
  config->forget(context.name);
  if (const auto saved = save_config(*config, world); !saved) return std::unexpected(saved.error());
  world.err << "Forgot " << printable(context.server) << " and its token"
            << (revoked ? ", which is revoked.\n" : ".\n");
  return {};
}

}  // namespace

void add_login(Words& words) {
  auto& options = words.keep<LoginOptions>();
  auto* command = words.add("login", "Remember a server and what to call it with",
                            [&options](Session& s) { return login(s, options); });
  command->add_option("SERVER", options.server, "Its address, e.g. https://stores.example.com")->required();
  command->add_option("--username", options.username,
                      "Log in with a password, which is asked for, and make a token");
  command->add_flag("--password-stdin", options.password_stdin, "Read the password from standard input");
  command->add_option("--token-days", options.token_days, "How long the made token is valid")
      ->check(CLI::Range(1, kMostTokenDays))
      ->capture_default_str();
  command->add_flag("--token-stdin", options.token_stdin, "Read a token from standard input");
  command->add_option("--token-file", options.token_file, "Read a token from a file");
}

void add_logout(Words& words) {
  auto& options = words.keep<LogoutOptions>();
  auto* command = words.add("logout", "Forget a server and its token; revokes the token that login made",
                            [&options](Session& s) { return logout(s, options); });
  command->add_flag("--everywhere", options.everywhere,
                    "Also end all your sessions in browsers, and say which tokens stay");
}

}  // namespace storefleet::cli
