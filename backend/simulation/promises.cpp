#include "simulation/promises.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engines/objects.hpp"
#include "simulation/end_state.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

constexpr std::string_view kOneNamespace = "one-namespace";
constexpr std::string_view kOneRelease = "one-release";
constexpr std::string_view kOneOwner = "one-owner";
constexpr std::string_view kOneWriter = "one-writer";
constexpr std::string_view kNoOrphan = "no-orphan";
constexpr std::string_view kOwnStatus = "own-status";
constexpr std::string_view kFreshDelete = "fresh-delete";
constexpr std::string_view kLeasedWrites = "leased-writes";
constexpr std::string_view kDataKept = "data-kept";
constexpr std::string_view kSecretsKept = "secrets-kept";
constexpr std::string_view kReadyServes = "ready-serves";

constexpr auto kNames = std::to_array<std::string_view>(
    {kOneNamespace, kOneRelease, kOneOwner, kOneWriter, kNoOrphan, kOwnStatus, kFreshDelete, kLeasedWrites,
     kDataKept, kSecretsKept, kReadyServes, "ledger-equals-stores", "reaches-end", "as-undisturbed",
     "rest-is-quiet"});

/// The Store that a namespace belongs to; nullptr where it is gone.
const json::value* store_of(const ApiServer& api, const std::string& ns) {
  const auto* object = api.find("namespaces", {"", ns});
  if (object == nullptr) return nullptr;
  const auto* store =
      api.find("stores", {"", std::string(k8s::meta_label(*object, engines::kStoreLabel).value_or(""))});
  const auto uid = k8s::meta_annotation(*object, engines::kStoreUidAnnotation).value_or("");
  return store != nullptr && k8s::meta_uid(*store) == uid ? store : nullptr;
}

/// Whether the spec says that a store's data may go.
bool may_lose_data(const json::value& store) {
  const bool retained = string_or(store, {"spec", "deletionPolicy"}) == "Retain" &&
                        string_or(store, {"status", "phase"}) != "Deleting";
  return k8s::has_deletion_timestamp(store) && !retained;
}

}  // namespace

std::span<const std::string_view> promise_names() {
  return kNames;
}

Promises::Promises(World& world) : world_(world) {
  world_.wire.witness = [this](const Station& sender, const Call& call) { before_write(sender, call); };
  world_.api.on_change(
      [this](std::string_view plural, const Change& change) { after_change(plural, change); });
}

const std::optional<Broken>& Promises::broken() {
  if (world_.books.went_back) note(kOneWriter, "an old leader wrote into the history");
  return broken_;
}

void Promises::note(std::string_view promise, std::string how) {
  if (broken_) return;
  world_.trace.add("PROMISE", fmt::format("{} is broken: {}", promise, how));
  broken_ = Broken{std::string(promise), std::move(how), machine().now};
}

void Promises::before_write(const Station& sender, const Call& call) {
  const auto path = parse_path(call.target);
  if (path.plural != "leases" && !world_.wire.holds_lease(sender))
    note(kLeasedWrites, fmt::format("{} {} {} of {} is done without the lease", call.actor, call.method,
                                    call.target, sender.name));
  if (call.method == "DELETE") check_delete(call);
  if (path.plural == "stores" && path.subresource == "status") check_status(call);
  if (path.plural == "ingresses" && call.method == "PATCH") check_ingress(call);
}

void Promises::check_delete(const Call& call) {
  const auto path = parse_path(call.target);
  const auto* found = world_.api.find(path.plural, {path.ns, path.name});
  if (found == nullptr) return;
  const auto options = parse_json(call.body).value_or(json::value());
  const auto uid = string_or(options, {"preconditions", "uid"});
  if (call.actor == "operator" && uid.empty())
    return note(kFreshDelete, fmt::format("DELETE {} names no UID", call.target));
  if (!uid.empty() && uid != k8s::meta_uid(*found)) return;  // nothing comes of it
  const bool data = path.plural == "namespaces" || path.plural == "persistentvolumeclaims" ||
                    (path.plural == "secrets" && path.name == engines::kSecretsName);
  const auto ns = path.plural == "namespaces" ? path.name : path.ns;
  if (!data || !ns.starts_with("store-")) return;
  const auto* store = store_of(world_.api, ns);
  if (store != nullptr && !may_lose_data(*store))
    note(kDataKept, fmt::format("DELETE {} of a store that is to keep its data", call.target));
}

void Promises::check_status(const Call& call) {
  const auto* store = world_.api.find("stores", {"", parse_path(call.target).name});
  const auto patch = parse_json(call.body).value_or(json::value());
  const auto uid = string_or(patch, {"metadata", "uid"});
  const bool refused = store == nullptr || (!uid.empty() && uid != k8s::meta_uid(*store));
  if (refused) return;
  if (string_or(patch, {"status", "id"}) != engines::store_id_from_uid(k8s::meta_uid(*store)))
    note(kOwnStatus, fmt::format("{} is given the status of another store", k8s::meta_name(*store)));
  if (string_or(patch, {"status", "phase"}) != "Ready") return;
  if (find_at(*store, {"status", "readySeconds"}) != nullptr) return;
  const auto ns = engines::namespace_of(engines::store_id_from_uid(k8s::meta_uid(*store)));
  if (!world_.cluster.answered().contains(ns))
    note(kReadyServes, fmt::format("{} is called Ready and has never answered", k8s::meta_name(*store)));
}

void Promises::check_ingress(const Call& call) {
  const auto* store = store_of(world_.api, parse_path(call.target).ns);
  if (store == nullptr) return;
  for (const auto& rule : array_at(parse_json(call.body).value_or(json::value()), {"spec", "rules"})) {
    const auto host = string_or(rule, {"host"});
    const auto* claim = world_.api.find("hostclaims", {"", host});
    if (claim != nullptr && string_or(*claim, {"spec", "storeUid"}) != k8s::meta_uid(*store))
      note(kOneOwner, fmt::format("{} serves {}, which is another's", k8s::meta_name(*store), host));
  }
}

/// With what it was given, a database has been made.
void Promises::note_used_secrets(const std::string& ns) {
  const auto* secret = world_.api.find("secrets", {ns, std::string(engines::kSecretsName)});
  if (secret != nullptr) used_secrets_.try_emplace(ns, object_at(*secret, {"data"}));
}

/// What the pods use must stay what it was, and one operation of Helm is under way at most.
void Promises::check_secrets(const Change& change) {
  const auto& secret = change.now ? *change.now : *change.last;
  const std::string ns(k8s::meta_namespace(secret));
  if (k8s::meta_name(secret) == engines::kSecretsName) {
    const auto used = used_secrets_.find(ns);
    const bool ours = change.actor == "operator" && change.now && used != used_secrets_.end();
    if (ours && object_at(*change.now, {"data"}) != used->second)
      note(kSecretsKept, fmt::format("the secrets of {} were made anew", ns));
    return;
  }
  const auto secrets = world_.api.all("secrets", ns);
  const auto pending = std::ranges::count_if(secrets, [](const auto& each) {
    return k8s::meta_label(*each, "status").value_or("").starts_with("pending-");
  });
  if (pending > 1) note(kOneRelease, fmt::format("{} operations of Helm are under way in {}", pending, ns));
}

bool Promises::is_known(std::string_view store_uid) const {
  return std::ranges::any_of(world_.api.all("stores"),
                             [&](const auto& store) { return k8s::meta_uid(*store) == store_uid; });
}

void Promises::after_change(std::string_view plural, const Change& change) {
  if (plural == "secrets") return check_secrets(change);
  if (plural == "pods" && change.now && string_or(*change.now, {"status", "phase"}) == "Running")
    return note_used_secrets(std::string(k8s::meta_namespace(*change.now)));
  if (plural == "stores" && !change.now) {
    // A place in the quota may be given back later: SQL may be away.
    const auto left = leftovers(world_, std::string(k8s::meta_uid(*change.last)));
    if (!left.empty() && !left.starts_with("place"))
      note(kNoOrphan, fmt::format("{} is gone, and this is left: {}", k8s::meta_name(*change.last), left));
    return;
  }
  if (plural == "hostclaims" && !change.before) {
    const bool platforms = !k8s::meta_label(*change.now, engines::kStoreIdLabel);
    if (!platforms && !is_known(string_or(*change.now, {"spec", "storeUid"})))
      note(kNoOrphan, fmt::format("{} is claimed for a store that is gone", k8s::meta_name(*change.now)));
  }
  if (plural != "namespaces" || change.before) return;
  const auto uid = k8s::meta_annotation(*change.now, engines::kStoreUidAnnotation).value_or("");
  if (uid.empty()) return;
  const auto namespaces = world_.api.all("namespaces");
  const auto count = std::ranges::count_if(namespaces, [&](const auto& each) {
    return k8s::meta_annotation(*each, engines::kStoreUidAnnotation).value_or("") == uid;
  });
  if (count > 1) note(kOneNamespace, fmt::format("{} namespaces belong to the store {}", count, uid));
  if (!is_known(uid))
    note(kNoOrphan, fmt::format("{} is made for a store that is gone", k8s::meta_name(*change.now)));
}

}  // namespace storefleet::simulation
