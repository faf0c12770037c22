#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "cli/commands/commands.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct LogsOptions {
  std::string name;
  std::string component;
  std::string container;
  int tail = 200;
  std::string since;
  bool previous = false;
  bool follow = false;
};

/// Prints what comes in pieces as whole lines.
class LinePrinter {
 public:
  explicit LinePrinter(Environment& environment) : environment_(environment) {}

  void feed(std::string_view text) {
    rest_ += text;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      print(rest_.substr(begin, end - begin));
      begin = end + 1;
    }
    rest_.erase(0, begin);
    environment_.out << std::flush;
  }

  void finish() {
    if (!rest_.empty()) print(std::exchange(rest_, {}));
    environment_.out << std::flush;
  }

 private:
  /// A file gets the bytes as they are, a terminal nothing that could drive it.
  void print(const std::string& line) {
    environment_.out << (environment_.out_is_terminal ? printable(line) : line) << "\n";
  }

  Environment& environment_;
  std::string rest_;
};

std::string log_target(const LogsOptions& options) {
  http::QueryParameters query;
  query.add_unless_empty("component", options.component);
  query.add_unless_empty("container", options.container);
  query.add("tail", std::to_string(options.tail));
  query.add_unless_empty("since", options.since);
  if (options.previous) query.add("previous", "true");
  if (options.follow) query.add("follow", "true");
  return store_path(options.name, "/logs?" + query.to_string());
}

std::unexpected<CommandFailure> log_failure(CommandFailure failure, const std::string& name) {
  if (failure.code == ExitCode::kConflict) failure.next = fmt::format("storefleet events {}", name);
  return std::unexpected(std::move(failure));
}

std::optional<double> number_at(const json::value& row, std::string_view key) {
  const auto* found = find_at(row, {key});
  if (found == nullptr) return std::nullopt;
  json::error_code error;
  const auto number = found->to_number<double>(error);
  return error ? std::nullopt : std::optional(number);
}

std::string cores_text(double cores) {
  const auto thousandths = std::llround(cores * 1000);
  return thousandths % 1000 == 0 ? fmt::format("{}", thousandths / 1000) : fmt::format("{}m", thousandths);
}

/// An amount of a quota's resource.
std::string amount_text(std::string_view resource, double amount) {
  if (resource.ends_with("cpu")) return cores_text(amount);
  if (resource.ends_with("memory") || resource.ends_with("storage")) return bytes_text(amount);
  return fmt::format("{:.0f}", amount);
}

Column text_of(std::string title, std::string key) {
  return {std::move(title), [key = std::move(key)](const json::value& row) {
            const auto text = string_or(row, {key});
            return text.empty() ? std::string("-") : text;
          }};
}

Column amount_of(std::string title, std::string key, std::string (*format)(double)) {
  return {std::move(title), [key = std::move(key), format](const json::value& row) {
            const auto number = number_at(row, key);
            return number ? format(*number) : std::string("-");
          }};
}

Column quota_amount(std::string title, std::string key) {
  return {std::move(title), [key = std::move(key)](const json::value& row) {
            return amount_text(string_or(row, {"resource"}), number_at(row, key).value_or(0));
          }};
}

std::string share_cell(const json::value& row) {
  const auto hard = number_at(row, "hard").value_or(0);
  return hard > 0 ? fmt::format("{:.0f} %", 100 * number_at(row, "used").value_or(0) / hard)
                  : std::string("-");
}

/// Further lines of the quota: how much of the plan's limits is in use right now.
json::array quota_rows(const json::value& usage) {
  json::array rows;
  const auto& quota = array_at(usage, {"quota"});
  const auto add_live = [&](std::string_view title, std::string_view limit, std::string_view key) {
    std::optional<double> total;
    for (const auto& pod : array_at(usage, {"pods"}))
      if (const auto number = number_at(pod, key)) total = total.value_or(0) + *number;
    for (const auto& line : quota)
      if (total && string_or(line, {"resource"}) == limit)
        rows.push_back({{"resource", title}, {"used", *total}, {"hard", line.at("hard")}});
  };
  add_live("live cpu", "limits.cpu", "cpuCores");
  add_live("live memory", "limits.memory", "memoryBytes");
  for (const auto& line : quota) rows.push_back(line);
  return rows;
}

std::string table_of(const json::array& items, const std::vector<Column>& columns, OutputFormat format) {
  const std::vector<json::value> rows(items.begin(), items.end());
  return rows.empty() ? std::string() : format_table(rows, columns, format) + "\n";
}

/// Prints the lines as they are, but for what could drive a terminal.
Outcome<void> show_logs(Session& session, const LogsOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  LinePrinter printer(session.environment);
  if (!options.follow) {
    const auto text = (*api)->text(log_target(options));
    if (!text) return log_failure(text.error(), options.name);
    printer.feed(*text);
    printer.finish();
    return {};
  }
  const auto ended = (*api)->stream(log_target(options), [&](std::string_view chunk) {
    printer.feed(chunk);
    return true;
  });
  printer.finish();
  if (!ended) return log_failure(ended.error(), options.name);
  session.environment.err << "The log ended.\nnext: storefleet logs " << printable(options.name)
                          << " --follow\n";
  return {};
}

/// Usage of pods, volumes and quota.
Outcome<void> show_usage(Session& session, const std::string& name) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto usage = (*api)->get(store_path(name, "/metrics"));
  if (!usage) return std::unexpected(usage.error());
  if (const auto why = string_at(*usage, {"unavailable"})) session.environment.err << printable(*why) << "\n";
  if (session.format == OutputFormat::kJson || session.format == OutputFormat::kYaml) {
    print(*usage, {}, session.format, session.environment);
    return {};
  }
  if (session.format == OutputFormat::kName) {
    print(json::object{{"items", array_at(*usage, {"pods"})}}, {}, session.format, session.environment);
    return {};
  }
  auto text =
      table_of(array_at(*usage, {"pods"}),
               {text_of("POD", "name"), text_of("COMPONENT", "component"), text_of("PHASE", "phase"),
                amount_of("CPU", "cpuCores", cores_text), amount_of("MEMORY", "memoryBytes", bytes_text)},
               session.format);
  text += table_of(array_at(*usage, {"volumes"}),
                   {text_of("VOLUME", "name"), text_of("PHASE", "phase"),
                    amount_of("REQUESTED", "requestedBytes", bytes_text),
                    amount_of("CAPACITY", "capacityBytes", bytes_text)},
                   session.format);
  text += table_of(quota_rows(*usage),
                   {text_of("QUOTA", "resource"),
                    quota_amount("USED", "used"),
                    quota_amount("OF", "hard"),
                    {"SHARE", share_cell}},
                   session.format);
  if (!text.empty()) text.pop_back();  // the line between two tables
  session.environment.out << text;
  return {};
}

}  // namespace

void add_logs(Words& words) {
  auto& options = words.keep<LogsOptions>();
  auto* command =
      words.add("logs", "Show a store's log", [&options](Session& s) { return show_logs(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--component", options.component, "web or database; default: web");
  command->add_option("--container", options.container, "Container of the pod; default: its main one");
  command->add_option("--tail", options.tail, "Newest lines to begin with")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--since", options.since, "Only lines younger than this, e.g. 10m");
  command->add_flag("--previous", options.previous, "Of the container's run before this one");
  command->add_flag("-f,--follow", options.follow, "Go on as lines come");
}

void add_top(Words& words) {
  auto& name = words.keep<std::string>();
  auto* command = words.add("top", "Show what a store uses of its plan",
                            [&name](Session& s) { return show_usage(s, name); });
  command->add_option("NAME", name)->required();
}

}  // namespace storefleet::cli
