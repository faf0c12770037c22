#pragma once
#include <map>
#include <string>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {

/// Users ann (owner of blue), mia (member), vic (viewer), root (admin) and sam (of no team), each with a
/// token of full scope named like them, and one of scope read and write for ann.
class AccountsRoutesTest : public ApiTest {
 protected:
  void SetUp() override {
    directory_.groups["blue"] = {.name = "blue", .created_at = parse_time("2026-11-24T11:15:00Z").value()};
    add("ann", PlatformRole::kUser, {{"blue", TeamRole::kOwner}});
    add("mia", PlatformRole::kUser, {{"blue", TeamRole::kMember}});
    add("vic", PlatformRole::kUser, {{"blue", TeamRole::kViewer}});
    add("sam", PlatformRole::kUser, {});
    add("root", PlatformRole::kAdmin, {});
    for (const auto scope : {TokenScope::kRead, TokenScope::kWrite}) {
      auto& limited = logins_.by_tokens[secret_digest("ann-" + std::string(to_string(scope)))];
      limited = logins_.people.at("ann");
      limited.scope = scope;
    }
    ready_store("demo").spec.team = "blue";
    ready_store("other").spec.team = "red";
  }

  void add(const std::string& name, PlatformRole role, std::map<std::string, TeamRole> teams) {
    const User user{
        .id = name, .name = name, .role = role, .created_at = parse_time("2026-11-24T11:15:00Z").value()};
    directory_.people[name] = user;
    logins_.people[name] = {.user = user, .teams = std::move(teams), .scope = TokenScope::kFull};
    logins_.by_tokens[secret_digest(name)] = logins_.people[name];
    static const auto kHash = hash_password("a long password").value();
    logins_.logins[name] = {.user_id = name, .password_hash = kHash};
  }

  unsigned status(const std::string& who, const std::string& method, const std::string& target,
                  const std::string& body = {}) {
    token_ = who;
    return send(method, target, body).status;
  }

  http::Response log_in_as(const std::string& name, const std::string& password = "a long password",
                           http::Headers headers = {}) {
    token_ = "";
    return send("POST", "/api/v1/auth/login",
                json::serialize(json::object{{"name", name}, {"password", password}}), std::move(headers));
  }
};

}  // namespace storefleet::api
