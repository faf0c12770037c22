#include <fmt/format.h>

#include "cli/commands/account_commands.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

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

}  // namespace

Outcome<void> list_tokens(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto tokens = (*api)->get("/api/v1/tokens");
  if (!tokens) return std::unexpected(tokens.error());
  print(*tokens, token_columns(), session.format, session.environment);
  return {};
}

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

Outcome<void> show_audit(Session& session, const AuditOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  http::QueryParameters query;
  query.add_unless_empty("actor", options.actor);
  query.add_unless_empty("action", options.action);
  if (options.before > 0) query.add("before", std::to_string(options.before));
  query.add("limit", std::to_string(options.limit));
  const auto page = (*api)->get("/api/v1/audit?" + query.to_string());
  if (!page) return with_next(page.error(), "storefleet audit --help");
  print(*page,
        {text_column("AT", "at"),
         text_column("ACTOR", "actor"),
         text_column("ACTION", "action"),
         text_column("SUBJECT", "subject"),
         text_column("TEAM", "team"),
         {"OUTCOME", [](const auto& row) { return bool_or(row, {"succeeded"}, false) ? "done" : "refused"; }},
         text_column("VIA", "via", Column::Shown::kWide),
         text_column("ADDRESS", "address", Column::Shown::kWide),
         text_column("REQUEST", "requestId", Column::Shown::kWide)},
        session.format, session.environment);
  const auto& items = array_at(*page, {"items"});
  if (!items.empty() && items.size() == static_cast<std::size_t>(options.limit))
    session.environment.err << "next: storefleet audit --before " << int_or(items.back(), {"id"}, 0) << "\n";
  return {};
}

}  // namespace storefleet::cli
