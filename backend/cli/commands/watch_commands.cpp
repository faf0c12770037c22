#include <algorithm>
#include <iterator>
#include <map>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/store_list.hpp"
#include "cli/waiting.hpp"
#include "http/percent.hpp"
#include "http/sse.hpp"

namespace storefleet::cli {
namespace {

struct EventsOptions {
  std::string name;
  std::string type;    // Normal or Warning
  std::string source;  // storefleet or kubernetes
  std::string reason;
  std::string query;
  bool follow = false;
};

struct WaitOptions {
  std::string name;
  std::string goal = "ready";
  std::string timeout = "5m";
};

constexpr std::chrono::seconds kFollowPause{1};

std::string event_line(const json::value& event) {
  return fmt::format("{}  {:<7}  {:<20}  {}  {}\n", printable(string_or(event, {"at"})),
                     printable(string_or(event, {"type"})), printable(string_or(event, {"reason"})),
                     printable(string_or(event, {"subject"})), printable(string_or(event, {"message"})));
}

/// Prints each object on a line of its own, so that all of them are one stream: JSON as one object a line.
/// `name` is the field that stands for the object.
void print_line(const json::value& object, std::string_view name, OutputFormat format,
                Environment& environment) {
  switch (format) {
    case OutputFormat::kJson:
      environment.out << json::serialize(object) << "\n";
      break;
    case OutputFormat::kYaml:
      environment.out << "---\n" << format_yaml(object);
      break;
    default:
      environment.out << printable(string_or(object, {name})) << "\n";
  }
}

void print_event(const json::value& event, OutputFormat format, Environment& environment) {
  if (format == OutputFormat::kTable || format == OutputFormat::kWide)
    environment.out << event_line(event);
  else
    print_line(event, "reason", format, environment);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains_ignoring_case(const std::string& text, const std::string& part) {
  return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

/// Prints stores as they change, from a stream that tells of all of them.
class StoreWatch {
 public:
  StoreWatch(Session& session, StoreFilter options, std::string name)
      : session_(session),
        options_(std::move(options)),
        name_(std::move(name)),
        table_(store_columns(std::chrono::system_clock::now()), session.format) {}

  /// All of them as they are now; a connection may have missed changes.
  Outcome<void> take_all(ApiClient& api) {
    const auto listed = list_all_stores(api, options_);
    if (!listed) return std::unexpected(listed.error());
    std::vector<json::value> stores;
    std::ranges::copy_if(*listed, std::back_inserter(stores),
                         [&](const auto& store) { return is_meant(store); });
    if (!name_.empty() && stores.empty() && shown_.empty())
      return std::unexpected(CommandFailure{.code = ExitCode::kNotFound,
                                            .message = fmt::format("There is no store named '{}'.", name_),
                                            .next = "storefleet list"});
    auto before = std::exchange(shown_, {});
    std::vector<json::value> changed;
    for (const auto& store : stores) {
      const auto uid = string_or(store, {"uid"});
      const auto old = before.find(uid);
      if (old == before.end() || old->second != store) changed.push_back(store);
      if (old != before.end()) before.erase(old);
      shown_.emplace(uid, store);
    }
    print_rows(changed);
    for (const auto& [uid, store] : before) print_gone(store);
    return {};
  }

  void take(const json::value& store) {
    if (!is_meant(store)) return;
    auto& known = shown_[string_or(store, {"uid"})];
    if (known == store) return;
    known = store;
    print_rows({store});
  }

  void drop(const json::value& store) {
    const auto known = shown_.find(string_or(store, {"uid"}));
    if (known == shown_.end()) return;
    print_gone(known->second);
    shown_.erase(known);
  }

 private:
  bool is_meant(const json::value& store) const {
    const auto is = [&](std::string_view key, const std::string& wanted) {
      return wanted.empty() || string_or(store, {key}) == wanted;
    };
    return is("name", name_) && is("phase", options_.phase) && is("engine", options_.engine) &&
           is("team", options_.team) &&
           (contains_ignoring_case(string_or(store, {"name"}), options_.query) ||
            contains_ignoring_case(string_or(store, {"title"}), options_.query));
  }

  void print_rows(const std::vector<json::value>& rows) {
    const bool is_table = session_.format == OutputFormat::kTable || session_.format == OutputFormat::kWide;
    if (is_table) session_.environment.out << table_.lines(rows);
    if (!is_table)
      for (const auto& row : rows) print_line(row, "name", session_.format, session_.environment);
    session_.environment.out << std::flush;
  }

  void print_gone(json::value store) {
    store.as_object()["phase"] = "Deleted";
    print_rows({std::move(store)});
  }

  Session& session_;
  StoreFilter options_;
  std::string name_;
  Table table_;
  std::map<std::string, json::value> shown_;  // by UID
};

Outcome<void> show_events(Session& session, const EventsOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  bool gone = false;
  for (std::int64_t after = 0;;) {
    http::QueryParameters query;
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
  const auto goal = parse_wait_goal(options.goal).value_or(WaitGoal::kReady);
  const auto store = wait_for(session, {.name = options.name, .uid = {}, .goal = goal, .timeout = *timeout});
  if (!store) return std::unexpected(store.error());
  const bool gone = goal == WaitGoal::kDeleted;
  session.environment.err << "Store " << printable(options.name) << " is "
                          << (gone ? "gone" : to_string(goal)) << ".\n";
  if (!gone)
    print(*store, store_columns(std::chrono::system_clock::now()), session.format, session.environment);
  return {};
}

}  // namespace

Outcome<void> watch_stores(Session& session, const StoreFilter& options, const std::string& name) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto streaming = session.connect();
  if (!streaming) return std::unexpected(streaming.error());
  StoreWatch watch(session, options, name);
  for (bool connected = false;;) {
    http::EventStreamParser parser;
    Outcome<void> listed;
    const auto on_chunk = [&](std::string_view bytes) {
      for (const auto& event : parser.feed(bytes)) {
        const auto data = parse_json(event.data).value_or(nullptr);
        if (event.event == "resync") listed = watch.take_all(**api);
        if (event.event == "store") watch.take(data);
        if (event.event == "store-deleted") watch.drop(data);
        connected = true;
      }
      return listed.has_value();
    };
    const auto ended = (*streaming)->stream("/api/v1/stream", on_chunk);
    if (!listed) return listed;
    const bool may_come_back = ended || (connected && ended.error().code == ExitCode::kUnreachable);
    if (!may_come_back) return ended;
    std::this_thread::sleep_for(kFollowPause);
  }
}

void add_events(Words& words) {
  auto& options = words.keep<EventsOptions>();
  auto* command = words.add("events", "Show what happened to a store",
                            [&options](Session& s) { return show_events(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--type", options.type, "Only " + listed(kEventTypes) + " ones")
      ->check(one_of(kEventTypes));
  command->add_option("--source", options.source, "Only those of storefleet or of kubernetes")
      ->check(one_of(kEventSources));
  command->add_option("--reason", options.reason, "Only those with exactly this reason");
  command->add_option("--query", options.query, "Only those with this in reason, subject or message");
  command->add_flag("-f,--follow", options.follow, "Go on until the store is gone");
}

void add_wait(Words& words) {
  auto& options = words.keep<WaitOptions>();
  auto* command =
      words.add("wait", "Wait for a store", [&options](Session& s) { return wait_for_store(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--for", options.goal, listed(kGoals))->check(one_of(kGoals))->capture_default_str();
  command->add_option("--timeout", options.timeout)->capture_default_str();
}

}  // namespace storefleet::cli
