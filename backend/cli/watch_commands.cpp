#include <thread>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

constexpr std::chrono::seconds kFollowPause{1};

std::string event_line(const json::value& event) {
  return fmt::format("{}  {:<7}  {:<20}  {}  {}\n", printable(string_or(event, {"at"})),
                     printable(string_or(event, {"type"})), printable(string_or(event, {"reason"})),
                     printable(string_or(event, {"subject"})), printable(string_or(event, {"message"})));
}

/// Events come line by line, so that following is one stream: JSON as one object a line.
void print_event(const json::value& event, OutputFormat format, Environment& environment) {
  switch (format) {
    case OutputFormat::kJson:
      environment.out << json::serialize(event) << "\n";
      break;
    case OutputFormat::kYaml:
      environment.out << "---\n" << format_yaml(event);
      break;
    case OutputFormat::kName:
      environment.out << printable(string_or(event, {"reason"})) << "\n";
      break;
    default:
      environment.out << event_line(event);
  }
}

}  // namespace

Outcome<void> show_events(Session& session, const EventsOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  bool gone = false;
  for (std::int64_t after = 0;;) {
    QueryParameters query;
    query.add("limit", "1000");
    query.add("after", std::to_string(after));
    query.add_unless_empty("type", options.type);
    query.add_unless_empty("source", options.source);
    query.add_unless_empty("reason", options.reason);
    query.add_unless_empty("q", options.query);
    const auto page = (*api)->get(store_path(options.name, "/events?" + query.to_string()));
    if (!page) return std::unexpected(page.error());
    const auto& items = array_at(*page, {"items"});
    for (const auto& event : items) print_event(event, session.format, session.environment);
    session.environment.out << std::flush;
    after = int_or(*page, {"lastSequence"}, after);
    if (!items.empty()) continue;
    if (!options.follow || gone) return {};
    // After its last event nothing more comes: look once more for what was written in between.
    const auto store = (*api)->get(store_path(options.name));
    gone = !store && store.error().code == ExitCode::kNotFound;
    if (!gone) std::this_thread::sleep_for(kFollowPause);
  }
}

Outcome<void> wait_for_store(Session& session, const WaitOptions& options) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  const bool ready = options.goal == "ready";
  const auto store = wait_for(session, {.name = options.name,
                                        .uid = {},
                                        .goal = ready ? WaitGoal::kReady : WaitGoal::kDeleted,
                                        .timeout = *timeout});
  if (!store) return std::unexpected(store.error());
  session.environment.err << "Store " << printable(options.name) << (ready ? " is ready.\n" : " is gone.\n");
  if (ready)
    print(*store, store_columns(std::chrono::system_clock::now()), session.format, session.environment);
  return {};
}

}  // namespace storefleet::cli
