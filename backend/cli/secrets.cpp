#include "cli/secrets.hpp"

#include <array>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

namespace storefleet::cli {
namespace {

constexpr cc_t kCtrlC = 3;

std::unexpected<CommandFailure> usage(std::string message, std::string next) {
  return std::unexpected(
      CommandFailure{.code = ExitCode::kUsage, .message = std::move(message), .next = std::move(next)});
}

Outcome<std::string> not_empty(std::string password, const std::string& next) {
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty()) return usage("The password is empty.", next);
  return password;
}

}  // namespace

std::optional<std::string> read_line_hidden() {
  termios before{};
  if (tcgetattr(STDIN_FILENO, &before) != 0) return std::nullopt;
  // Ctrl+C ends the line instead of the process, which would leave the terminal without echo.
  termios hidden = before;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
  hidden.c_cc[VEOL] = kCtrlC;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  std::array<char, 1024> line{};
  const auto count = read(STDIN_FILENO, line.data(), line.size());
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  if (count <= 0) return std::nullopt;
  std::string text(line.data(), static_cast<std::size_t>(count));
  if (text.back() == static_cast<char>(kCtrlC)) return std::nullopt;
  if (text.back() == '\n') text.pop_back();
  return text;
}

Outcome<std::string> ask_password(Session& session, const std::string& prompt, const std::string& next) {
  auto& world = session.environment;
  if (!world.in_is_terminal || !world.read_hidden_line)
    return usage("Nobody can be asked for the password here.", next);
  world.err << prompt << std::flush;
  const auto typed = world.read_hidden_line();
  world.err << "\n";
  if (!typed) return usage("No password was typed.", next);
  return not_empty(*typed, next);
}

Outcome<std::string> password_from_input(Session& session, const std::string& next) {
  std::string password;
  std::getline(session.environment.in, password);
  return not_empty(std::move(password), next);
}

Outcome<void> confirm(Session& session, const Consent& consent) {
  auto& world = session.environment;
  if (consent.yes) return {};
  if (!world.in_is_terminal) return usage("Deleting needs --yes where nobody can be asked.", consent.next);
  world.err << "This deletes " << printable(consent.what) << ".\nType its name to go on: " << std::flush;
  std::string typed;
  std::getline(world.in, typed);
  if (typed == consent.name) return {};
  return usage("The name was not typed; nothing was deleted.", consent.next);
}

}  // namespace storefleet::cli
