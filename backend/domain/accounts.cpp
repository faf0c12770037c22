#include "domain/accounts.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kPlatformRoles =
    enum_names<PlatformRole>({{PlatformRole::kUser, "user"}, {PlatformRole::kAdmin, "admin"}});
constexpr auto kTeamRoles = enum_names<TeamRole>(
    {{TeamRole::kViewer, "viewer"}, {TeamRole::kMember, "member"}, {TeamRole::kOwner, "owner"}});
constexpr auto kScopes = enum_names<TokenScope>(
    {{TokenScope::kRead, "read"}, {TokenScope::kWrite, "write"}, {TokenScope::kFull, "full"}});

}  // namespace

std::string_view to_string(PlatformRole role) {
  return kPlatformRoles.name_of(role);
}
std::string_view to_string(TeamRole role) {
  return kTeamRoles.name_of(role);
}
std::string_view to_string(TokenScope scope) {
  return kScopes.name_of(scope);
}
std::optional<PlatformRole> parse_platform_role(std::string_view text) {
  return kPlatformRoles.value_of(text);
}
std::optional<TeamRole> parse_team_role(std::string_view text) {
  return kTeamRoles.value_of(text);
}
std::optional<TokenScope> parse_token_scope(std::string_view text) {
  return kScopes.value_of(text);
}

}  // namespace storefleet::inline domain
