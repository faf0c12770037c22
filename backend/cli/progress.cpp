#include "cli/progress.hpp"

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/outcome.hpp"

namespace storefleet::cli {
namespace {

std::string seconds_of(const json::value& step) {
  const auto started = parse_time(string_or(step, {"startedAt"}));
  const auto finished = parse_time(string_or(step, {"finishedAt"}));
  if (!started || !finished) return {};
  return fmt::format("  {:.1f}s", std::chrono::duration<double>(*finished - *started).count());
}

}  // namespace

void Progress::end() {
  if (line_open_) environment_.err << "\r\033[K" << std::flush;
  line_open_ = false;
}

void Progress::finish_line(const json::value& step) {
  const auto name = string_or(step, {"name"});
  const bool failed = string_or(step, {"state"}) == "Failed";
  if (!finished_.insert(name).second) return;
  end();
  const auto* colour = !environment_.colours() ? "" : failed ? "\033[31m" : "\033[32m";
  const auto* plain = environment_.colours() ? "\033[0m" : "";
  environment_.err << colour << (failed ? "failed  " : "done    ") << plain << printable(name)
                   << seconds_of(step) << "\n";
}

void Progress::show(const json::value& store) {
  if (!environment_.err_is_terminal) return;
  for (const auto& step : array_at(store, {"steps"})) {
    const auto state = string_or(step, {"state"});
    if (state == "Done" || state == "Failed") {
      finish_line(step);
    } else if (state == "Running") {
      environment_.err << "\r\033[K" << "        " << printable(string_or(step, {"name"})) << " … "
                       << printable(string_or(step, {"message"})) << std::flush;
      line_open_ = true;
      return;
    }
  }
}

}  // namespace storefleet::cli
