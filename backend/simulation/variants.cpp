#include "simulation/variants.hpp"

#include "base/base64.hpp"
#include "engines/objects.hpp"
#include "engines/store_secrets.hpp"
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

/// What is put back is not what was there.
void secrets_anew(Call& call) {
  const bool ours = call.actor == "operator" && (call.method == "POST" || call.method == "PUT");
  if (!ours || parse_path(call.target).plural != "secrets") return;
  edit(call, [&](json::value& body) {
    if (k8s::meta_name(body) == engines::kSecretsName)
      body.as_object()["data"].as_object()["databasePassword"] = encode_base64(std::to_string(machine().now));
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

/// Of what the operator applies, a change by anybody else.
void no_changed_policies(std::string& text) {
  const bool policy = text.find(R"("kind":"NetworkPolicy")") != std::string::npos ||
                      text.find(R"("kind":"ResourceQuota")") != std::string::npos;
  if (policy && text.starts_with(R"({"type":"MODIFIED")")) text.clear();
}

/// What others have set of an object stays theirs.
std::optional<Answer> not_taken_over(const Call& call) {
  const bool takes = call.method == "PATCH" && call.actor == "operator" &&
                     call.body.find("managedFields") != std::string::npos;
  return takes ? std::optional(Answer{200, json::object{}}) : std::nullopt;
}

/// The copy of the Secrets is not asked.
std::optional<Answer> copy_not_read(const Call& call) {
  const bool asks = call.method == "GET" && parse_path(call.target).name == engines::kKeptName;
  if (!asks) return std::nullopt;
  return Answer{404, json::object{{"kind", "Status"}, {"code", 404}, {"reason", "NotFound"}}};
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
      {"secrets-anew", "lost Secrets are made anew", {.request = secrets_anew}},
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
      {"drift-unseen", "changed quotas and policies are not noticed", {.sight = no_changed_policies}},
      {"not-taken-over", "what others set of an object stays", {.answer = not_taken_over}},
      {"copy-unread", "the copy of a store's Secrets is not read", {.answer = copy_not_read}},
      {"clock-rushes", "a standby takes the lease while it is held", {.clock_rush = 400}},
  };
  return kAll;
}

}  // namespace storefleet::simulation
