#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct AuditOptions {
  std::string actor;
  std::string action;
  std::int64_t before = 0;
  int limit = 100;
};

/// Newest first.
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

}  // namespace

void add_audit(Words& words) {
  auto& options = words.keep<AuditOptions>();
  auto* command = words.add("audit", "Show what was done, by whom",
                            [&options](Session& s) { return show_audit(s, options); });
  command->add_option("--actor", options.actor, "Only what this user did");
  command->add_option("--action", options.action, "Only this, e.g. store.create");
  command->add_option("--before", options.before, "Only entries with a smaller id")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit", options.limit, "Most entries")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

}  // namespace storefleet::cli
