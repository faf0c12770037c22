#include "simulation/variants.hpp"

#include "engines/objects.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

/// Changes the JSON of a request's body.
template <class Change>
void edit(Call& call, Change change) {
  auto body = parse_json(call.body);
  if (!body || !body->is_object()) return;
  change(*body);
  call.body = json::serialize(*body);
}

void delete_without_uid(Call& call) {
  if (call.actor == "operator" && call.method == "DELETE")
    edit(call, [](json::value& body) { body.as_object().erase("preconditions"); });
}

/// The first word of a deletion takes the finalizer away.
void finalizer_too_early(Call& call) {
  const auto path = parse_path(call.target);
  if (path.plural != "stores" || path.subresource != "status") return;
  const auto body = parse_json(call.body).value_or(json::value());
  if (string_or(body, {"status", "phase"}) != "Deleting") return;
  call.target = k8s::object_path(k8s::kStore, {"", path.name});
  call.body = R"({"metadata":{"finalizers":[]}})";
}

/// What may be made once only is written whenever it is asked for.
void secrets_applied(Call& call) {
  if (call.actor != "operator" || call.method != "POST" || parse_path(call.target).plural != "secrets")
    return;
  edit(call, [&](json::value& body) {
    const std::string name(k8s::meta_name(body));
    if (name != engines::kSecretsName) return;
    call.method = "PUT";
    call.target = k8s::object_path(k8s::kSecret, {parse_path(call.target).ns, name});
    call.content_type = "application/apply-patch+yaml";
  });
}

bool is(const Call& call, std::string_view method, std::string_view plural) {
  return call.actor == "operator" && call.method == method && parse_path(call.target).plural == plural;
}

/// Says that it was done, and does nothing.
auto skips(std::string_view method, std::string_view plural) {
  return [=](const Call& call) -> std::optional<Answer> {
    if (!is(call, method, plural)) return std::nullopt;
    return Answer{200, json::object{}};
  };
}

void no_deletes(std::string& text) {
  if (text.starts_with(R"({"type":"DELETED")")) text.clear();
}

std::optional<http::Response> agent_not_asked(const http::Request& request) {
  if (request.method != "PUT") return std::nullopt;
  return http::Response{};
}

std::optional<http::Response> shops_not_asked(const http::Request& request) {
  if (request.method == "PUT") return std::nullopt;
  return http::Response{.status = request.method == "POST" ? 201U : 200U,
                        .body = R"({"items":1,"products":[{"id":1}]})"};
}

}  // namespace

const std::vector<Variant>& variants() {
  static const std::vector<Variant> kAll = {
      {"delete-without-uid", "a delete says no UID", {.request = delete_without_uid}},
      {"finalizer-too-early", "the finalizer goes before the rest", {.request = finalizer_too_early}},
      {"secrets-applied", "secrets are written again instead of created once", {.request = secrets_applied}},
      {"no-binding", "the step that binds the role is skipped", {.answer = skips("PATCH", "rolebindings")}},
      {"no-ingress-delete",
       "sleeping does not take the Ingress away",
       {.answer = skips("DELETE", "ingresses")}},
      {"no-claim-release", "a deleted store keeps its hosts", {.answer = skips("DELETE", "hostclaims")}},
      {"deletes-unseen", "the watch cache does not heed deletions", {.sight = no_deletes}},
      {"agent-not-asked", "the step that configures the site is skipped", {.shop = agent_not_asked}},
      {"shops-not-asked", "route and commerce are taken for good", {.shop = shops_not_asked}},
      {"watch-from-now", "the watch leaves a gap after the list", {.watch_from_now = true}},
      {"quota-not-returned", "places in the quota are not given back", {.ledger_forgets = true}},
      {"records-ignored", "Helm's helper does not look at what was begun", {.helper_ignores_records = true}},
      {"nothing-installed", "Helm's helper does nothing", {.helper_does_nothing = true}},
      {"clock-rushes", "a standby takes the lease while it is held", {.clock_rush = 400}},
  };
  return kAll;
}

}  // namespace storefleet::simulation
