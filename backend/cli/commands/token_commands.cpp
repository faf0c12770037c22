#include <fmt/format.h>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct TokenOptions {
  std::string name;  // of a token; to delete one also its id
  std::string scope = "write";
  int days = 90;
};

std::vector<Column> token_columns() {
  return {text_column("NAME", "name"),
          text_column("SCOPE", "scope"),
          text_column("EXPIRES", "expiresAt"),
          text_column("LAST-USED", "lastUsedAt"),
          text_column("ID", "id"),
          text_column("CREATED", "createdAt", Column::Shown::kWide)};
}

/// The id of the token that has this id, or as the only one this name.
Outcome<std::string> id_of(ApiClient& api, const std::string& wanted) {
  const auto tokens = api.get("/api/v1/tokens");
  if (!tokens) return std::unexpected(tokens.error());
  std::vector<std::string> named;
  for (const auto& token : array_at(*tokens, {"items"})) {
    if (string_or(token, {"id"}) == wanted) return wanted;
    if (string_or(token, {"name"}) == wanted) named.push_back(string_or(token, {"id"}));
  }
  if (named.size() == 1) return named.front();
  const bool none = named.empty();
  return std::unexpected(CommandFailure{
      .code = none ? ExitCode::kNotFound : ExitCode::kUsage,
      .message = none ? fmt::format("You have no token '{}'.", wanted)
                      : fmt::format("{} tokens are named '{}'; give the id of one.", named.size(), wanted),
      .next = "storefleet token list"});
}

Outcome<void> list_tokens(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto tokens = (*api)->get("/api/v1/tokens");
  if (!tokens) return std::unexpected(tokens.error());
  print(*tokens, token_columns(), session.format, session.environment);
  return {};
}

/// Prints the token this once, in a table's place alone.
Outcome<void> create_token(Session& session, const TokenOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto made = (*api)->send(
      "POST", "/api/v1/tokens",
      json::object{{"name", options.name}, {"scope", options.scope}, {"expiresInDays", options.days}});
  if (!made) return with_next(made.error(), "storefleet token create --help");
  auto& world = session.environment;
  if (session.format == OutputFormat::kTable)
    world.out << printable(string_or(*made, {"token"})) << "\n";
  else
    print(*made, token_columns(), session.format, world);
  world.err << "The token is shown this once; it expires at " << printable(string_or(*made, {"expiresAt"}))
            << ".\nnext: storefleet login " << printable((*api)->server()) << " --token-stdin\n";
  return {};
}

Outcome<void> delete_token(Session& session, const TokenOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto id = id_of(**api, options.name);
  if (!id) return std::unexpected(id.error());
  const auto gone = (*api)->send("DELETE", "/api/v1/tokens/" + http::percent_encode(*id));
  if (!gone) return with_next(gone.error(), "storefleet token list");
  session.environment.err << "Token " << printable(options.name) << " is revoked.\n";
  return {};
}

}  // namespace

void add_token(Words& words) {
  auto& options = words.keep<TokenOptions>();
  auto* group = words.add_group("token", "Your API tokens");
  words.add_below(*group, "list", "List your tokens", [](Session& s) { return list_tokens(s); });
  auto* command = words.add_below(*group, "create", "Make a token and print it once",
                                  [&options](Session& s) { return create_token(s, options); });
  command->add_option("NAME", options.name, "What it is for")->required();
  command->add_option("--scope", options.scope, listed(kScopes))
      ->check(one_of(kScopes))
      ->capture_default_str();
  command->add_option("--days", options.days, "How long it is valid")
      ->check(CLI::Range(1, kMostTokenDays))
      ->capture_default_str();
  command = words.add_below(*group, "delete", "Revoke a token",
                            [&options](Session& s) { return delete_token(s, options); });
  command->add_option("TOKEN", options.name, "Its id, or its name where only one has it")->required();
}

}  // namespace storefleet::cli
