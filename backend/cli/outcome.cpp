#include "cli/outcome.hpp"

#include <fmt/format.h>

namespace storefleet::cli {

ExitCode exit_code_of(unsigned http_status) {
  switch (http_status) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return ExitCode::kUsage;
    case 401:
      return ExitCode::kUnauthenticated;
    case 403:
      return ExitCode::kForbidden;
    case 404:
      return ExitCode::kNotFound;
    case 409:
    case 412:
      return ExitCode::kConflict;
    case 429:
    case 502:
    case 503:
    case 504:
      return ExitCode::kUnreachable;
    default:
      return http_status < 400 ? ExitCode::kOk : ExitCode::kFailed;
  }
}

void show(const CommandFailure& failure, Environment& environment) {
  const bool colours = environment.colours();
  environment.err << (colours ? "\033[31merror:\033[0m " : "error: ") << printable(failure.message) << "\n";
  for (const auto& detail : failure.details) environment.err << "  " << printable(detail) << "\n";
  environment.err << "next: " << printable(failure.next) << "\n";
}

Outcome<void> end_with(std::vector<CommandFailure> failures, Environment& environment) {
  if (failures.empty()) return {};
  auto last = std::move(failures.back());
  failures.pop_back();
  for (const auto& failure : failures) show(failure, environment);
  return std::unexpected(std::move(last));
}

std::string printable(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::unexpected<CommandFailure> with_next(CommandFailure failure, std::string next) {
  if (failure.next == "storefleet list" || failure.next == "storefleet --help")
    failure.next = std::move(next);
  return std::unexpected(std::move(failure));
}

}  // namespace storefleet::cli
