#include "oidc/account.hpp"

#include <algorithm>
#include <array>

#include "domain/email.hpp"

namespace storefleet::oidc {
namespace {

constexpr std::size_t kMostCharacters = 32;  // leaves room for "-1000" in the 40 of a name
/// Names in the audit log that are no user's: of the bootstrap token, and of nobody.
constexpr std::array<std::string_view, 2> kReserved = {"admin", "anonymous"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string text_at(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? to_std(value->get_string()) : std::string();
}

}  // namespace

std::string user_name_of(std::string_view claimed) {
  std::string name;
  for (char c : claimed.substr(0, claimed.find('@'))) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool fits = is_letter_or_digit(c) || c == '.';
    // Neither at the start nor twice: a name is a label of a kind.
    if (!is_letter_or_digit(c) && (name.empty() || !is_letter_or_digit(name.back()))) continue;
    name += fits ? c : '-';
    if (name.size() == kMostCharacters) break;
  }
  while (!name.empty() && !is_letter_or_digit(name.back())) name.pop_back();
  if (name.empty()) return "user";
  return std::ranges::find(kReserved, name) != kReserved.end() ? name + "-1" : name;
}

PlatformRole role_of(const OidcConfig& config, const json::object& claims) {
  const auto* groups = claims.if_contains(config.groups_claim);
  const auto is_it = [&](const json::value& each) {
    return each.is_string() && each.get_string() == config.admin_group;
  };
  const auto* several = groups != nullptr ? groups->if_array() : nullptr;
  const bool member =
      groups != nullptr && (is_it(*groups) || (several != nullptr && std::ranges::any_of(*several, is_it)));
  return member ? PlatformRole::kAdmin : PlatformRole::kUser;
}

NewcomerAccount account_of(const OidcConfig& config, const json::object& claims) {
  const auto email = text_at(claims, "email");
  const auto* verified = claims.if_contains("email_verified");
  const bool known = verified != nullptr && verified->is_bool() && verified->get_bool();
  auto claimed = text_at(claims, config.username_claim);
  if (claimed.empty()) claimed = email;
  NewcomerAccount account{.name = user_name_of(claimed),
                          .email = known && is_email_address(email) ? email : std::string(),
                          .team = config.default_team};
  if (!config.admin_group.empty()) account.role = role_of(config, claims);
  return account;
}

}  // namespace storefleet::oidc
