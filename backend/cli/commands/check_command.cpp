#include <fmt/format.h>

#include "cli/commands/commands.hpp"

namespace storefleet::cli {
namespace {

std::string seconds_cell(const json::value& step) {
  const auto* seconds = find_at(step, {"seconds"});
  return seconds != nullptr && seconds->is_number() ? fmt::format("{:.3f} s", seconds->to_number<double>())
                                                    : "-";
}

Outcome<void> check_store(Session& session, const std::string& name) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto report = (*api)->send("POST", store_path(name, ":check"));
  if (!report) return std::unexpected(report.error());
  auto& world = session.environment;
  if (session.format == OutputFormat::kJson || session.format == OutputFormat::kYaml) {
    print(*report, {}, session.format, world);
  } else {
    const json::object steps{{"items", array_at(*report, {"steps"})}};
    print(steps,
          {{"STEP", [](const auto& step) { return string_or(step, {"name"}); }},
           {"OUTCOME", [](const auto& step) { return string_or(step, {"outcome"}); }},
           {"TIME", seconds_cell},
           {"MESSAGE", [](const auto& step) { return string_or(step, {"message"}, "-"); }}},
          session.format, world);
    for (const auto& text : array_at(*report, {"leaves"}))
      if (text.is_string()) world.err << "left behind: " << printable(to_std(text.get_string())) << "\n";
  }
  if (bool_or(*report, {"passed"}, false)) return {};
  return std::unexpected(CommandFailure{.code = ExitCode::kFailed,
                                        .message = fmt::format("The store '{}' cannot sell.", name),
                                        .next = fmt::format("storefleet events {}", name)});
}

}  // namespace

void add_check(Words& words) {
  auto& name = words.keep<std::string>();
  auto* command =
      words.add("check", "Buy something in a store, find the order as its admin, and take it back",
                [&name](Session& s) { return check_store(s, name); });
  command->add_option("NAME", name)->required();
}

}  // namespace storefleet::cli
