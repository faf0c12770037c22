#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"

namespace storefleet::cli {
namespace {

struct PasswordOptions {
  bool password_stdin = false;  // the current one on the first line, the new one on the second
  bool revoke_tokens = false;
};

constexpr std::string_view kWithInput = "storefleet password --password-stdin";

Outcome<std::string> new_password(Session& session) {
  auto wanted = ask_password(session, "New password (at least 12 characters): ", std::string(kWithInput));
  if (!wanted) return wanted;
  const auto again = ask_password(session, "New password, once more: ", std::string(kWithInput));
  if (!again) return again;
  if (*again == *wanted) return wanted;
  return std::unexpected(CommandFailure{.code = ExitCode::kUsage,
                                        .message = "The two new passwords are not the same.",
                                        .next = "storefleet password"});
}

/// Changes the caller's password, and says which API tokens stay valid.
Outcome<void> change_password(Session& session, const PasswordOptions& options) {
  const std::string next(kWithInput);
  const auto current = options.password_stdin ? password_from_input(session, next)
                                              : ask_password(session, "Current password: ", next);
  if (!current) return std::unexpected(current.error());
  const auto wanted = options.password_stdin ? password_from_input(session, next) : new_password(session);
  if (!wanted) return std::unexpected(wanted.error());
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto changed = (*api)->send(
      "PUT", "/api/v1/me/password",
      json::object{{"current", *current}, {"new", *wanted}, {"revokeTokens", options.revoke_tokens}});
  if (!changed) {
    auto failure = changed.error();
    failure.next = "storefleet password";
    return std::unexpected(std::move(failure));
  }
  auto& world = session.environment;
  const auto left = int_or(*changed, {"remainingTokens"}, 0);
  world.err << "The password is changed and all sessions in browsers have ended.\n";
  if (options.revoke_tokens)
    world.err << int_or(*changed, {"revokedTokens"}, 0)
              << " API tokens are revoked, the one of this command line included.\nnext: storefleet login "
              << printable((*api)->server()) << " --username NAME\n";
  else
    world.err << "API tokens that stay valid: " << left
              << (left > 0 ? ".\nnext: storefleet token list, or change it again with --revoke-tokens\n"
                           : ".\n");
  return {};
}

}  // namespace

void add_password(Words& words) {
  auto& options = words.keep<PasswordOptions>();
  auto* command = words.add("password", "Change your password; ends all your sessions in browsers",
                            [&options](Session& s) { return change_password(s, options); });
  command->add_flag("--password-stdin", options.password_stdin,
                    "Read the current and the new password from two lines of standard input");
  command->add_flag("--revoke-tokens", options.revoke_tokens,
                    "Also revoke all your API tokens, this one too");
}

}  // namespace storefleet::cli
