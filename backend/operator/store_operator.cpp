#include "operator/store_operator.hpp"

#include <algorithm>
#include <map>

#include "base/log.hpp"
#include "base/text.hpp"
#include "k8s/resource.hpp"
#include "operator/decisions/facts.hpp"
#include "operator/decisions/retry.hpp"
#include "operator/decisions/summarize.hpp"
#include "operator/watch/observe.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// Steps that follow each other faster than this are written together.
constexpr std::chrono::milliseconds kStatusPause = 250ms;
/// A status that was refused is tried again after this long, a different one at once.
constexpr std::chrono::milliseconds kRefusedPause = 30s;
constexpr std::size_t kMostLogged = 1000;
/// The clock may be set meanwhile.
constexpr std::chrono::milliseconds kLongestSleep = 1h;
/// What fails later than this kept others waiting.
constexpr std::chrono::milliseconds kSlow = 1s;
/// A store that waits for its turn is called; this is for one that would not be.
constexpr std::chrono::milliseconds kLongestTurn = 30s;
/// Actions in one go, so that one store cannot keep a worker for ever.
constexpr int kMostActions = 50;
/// No pod has this UID.
constexpr std::string_view kNobody = "nobody";

/// When to look at a store again that nothing is to be done for, if the cluster shows no change before.
controller::Outcome next_look(const Decision& decision, const Observed& observed,
                              std::optional<std::chrono::milliseconds> write_status_in, TimePoint now) {
  std::optional<controller::RequeueAfter> next;
  const auto within = [&next](std::chrono::milliseconds pause, std::string why) {
    if (!next || pause < next->when) next = controller::RequeueAfter{pause, std::move(why)};
  };
  if (const auto* waiting = std::get_if<Waiting>(&decision.next)) within(waiting->at_most, waiting->why);
  if (write_status_in) within(*write_status_in, "the status is written soon");
  if (observed.wave) within(Waves::kLookAgain, "the platform's change waits or is under way");
  const auto& store = observed.store;
  if (const auto expires = expiry(store); expires && !store.deletion_requested_at) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*expires - now);
    within(std::clamp<std::chrono::milliseconds>(left, 1s, kLongestSleep), "the store expires");
  }
  if (next) return *std::move(next);
  return controller::Done{};
}

/// Whether the same status would be refused again: it is not one that the CRD allows, or the object is too
/// large.
bool refuses_status(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument || error.reason == Reason::kRequestTooLarge;
}

}  // namespace

StoreOperator::StoreOperator(const asio::any_io_executor& executor, Parts parts, std::size_t workers)
    : parts_(parts),
      lanes_([this](const std::string& store) { loop_.queue().add(store); }),
      waves_(
          {.at_once = parts.settings.upgrades_at_once, .paused = parts.settings.upgrades_paused},
          [this](const std::string& image) { return lacks_image(image); },
          [this](const std::string& store) { loop_.queue().add(store); }),
      loop_(
          executor, "stores", [this](std::string name) { return reconcile(std::move(name)); },
          workers + lanes_.places()) {
  parts_.caches.on_change([this](const std::string& store) { loop_.queue().add(store); });
  loop_.observe([this](const controller::Outcome& outcome, std::chrono::nanoseconds duration) {
    parts_.metrics.reconciled(outcome, duration);
  });
}

void StoreOperator::start() {
  parts_.caches.stores.for_each([this](const k8s::ObjectName& name, const Store& store) {
    waves_.note(store, store.status);
    loop_.queue().add(name.name);
  });
  loop_.start();
}

Task<void> StoreOperator::stop() {
  parts_.caches.on_change({});
  co_await loop_.stop();
}

void StoreOperator::update_metrics() {
  std::map<Phase, std::size_t> counts;
  parts_.caches.stores.for_each(
      [&](const k8s::ObjectName&, const Store& store) { ++counts[store.status.phase]; });
  for (const auto phase : phases()) parts_.metrics.set_stores(phase, counts[phase]);
  parts_.metrics.set_in_line(lanes_.waiting());
  for (const auto& [engine, numbers] : waves_.numbers()) parts_.metrics.set_upgrades(engine, numbers);
  parts_.metrics.set_queue(loop_.queue().logic().depth(), loop_.queue().oldest());
  parts_.metrics.set_events(parts_.history.queued(), parts_.history.dropped(), parts_.history.set_aside());
}

std::optional<std::string> StoreOperator::lacks_image(const std::string& image) const {
  return parts_.images == nullptr ? std::nullopt : parts_.images->lacks(image);
}

StoreOperator::Entry& StoreOperator::entry_of(const Store& store) {
  auto& entry = entries_[store.name];
  if (entry.uid != store.uid) entry = Entry{.uid = store.uid};
  return entry;
}

void StoreOperator::forget_old_namespace(Entry& entry, const Store& store) {
  const auto* known = parts_.caches.namespace_of(store);
  if (known == nullptr || known->uid == entry.memory.namespace_uid) return;
  if (entry.memory.namespace_uid.empty()) {
    entry.memory.namespace_uid = known->uid;
  } else {
    entry.memory = StoreMemory{.namespace_uid = known->uid};
  }
}

bool StoreOperator::just_refused(const Entry& entry) {
  return entry.refused && entry.refused->status == entry.status &&
         std::chrono::steady_clock::now() - entry.refused->at < kRefusedPause;
}

bool StoreOperator::note_status(Entry& entry, const Observed& observed, const Decision& decision,
                                TimePoint now) {
  if (!entry.status_known) {
    entry.status = observed.store.status;
    entry.status_known = true;
  }
  auto next = summarize(observed, decision, entry.status, now);
  if (next != entry.status) {
    parts_.history.add(status_events(observed.store, entry.status, next, now));
    if (next.failure && (!entry.status.failure || entry.status.failure->code != next.failure->code))
      parts_.metrics.failure(next.failure->code);
    if (next.ready_seconds && !entry.status.ready_seconds)
      parts_.metrics.provisioned(observed.store.spec.engine, next);
  }
  const bool urgent = next.phase != observed.store.status.phase ||
                      next.failure != observed.store.status.failure ||
                      std::chrono::steady_clock::now() - entry.written_at > kStatusPause;
  entry.status = std::move(next);
  waves_.note(observed.store, entry.status);
  return urgent && entry.status != observed.store.status && !just_refused(entry);
}

std::string StoreOperator::newest_version(const Entry& entry, const std::string& seen) {
  return seen == entry.written.over && !entry.written.made.empty() ? entry.written.made : seen;
}

Task<Result<void>> StoreOperator::write_status(std::string name) {
  const auto* store = parts_.caches.stores.find({.name = name});
  if (store == nullptr) co_return Result<void>{};
  const auto store_name = store->name;
  const auto uid = store->uid;
  auto& entry = entry_of(*store);
  entry.written_at = std::chrono::steady_clock::now();
  const auto tried = entry.status;
  const auto seen = store->resource_version;
  // Conflict where somebody else wrote the store since: another leader's status is not to be replaced unseen.
  const auto version = newest_version(entry, seen);
  json::object metadata{{"uid", store->uid}};
  if (!version.empty()) metadata["resourceVersion"] = version;
  json::object patch{{"metadata", std::move(metadata)}, {"status", status_patch(tried)}};
  const auto result =
      co_await parts_.client.merge_patch(k8s::kStore, {.name = std::move(name)}, std::move(patch), "status");
  const auto found = entries_.find(store_name);
  auto* still = found != entries_.end() && found->second.uid == uid ? &found->second : nullptr;
  if (result && still != nullptr)
    still->written = {.over = seen, .made = std::string(k8s::meta_resource_version(*result))};
  if (result || result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  if (!refuses_status(result.error())) co_return std::unexpected(result.error());
  // What the store is does not depend on whether that can be told.
  log_error("the API server refuses a status",
            {{"store", store_name}, {"error", clean_text(result.error().message, kMostLogged)}});
  if (still != nullptr) still->refused = Refused{tried, std::chrono::steady_clock::now()};
  co_return Result<void>{};
}

Task<Result<void>> StoreOperator::perform(ActionKind kind, Observed& observed) {
  const auto started = std::chrono::steady_clock::now();
  const auto result = co_await parts_.actor.act(kind, observed);
  auto& memory = entry_of(observed.store).memory;
  memory = observed.memory;
  const auto duration = std::chrono::steady_clock::now() - started;
  parts_.metrics.action(kind, result.has_value(), duration);
  auto& attempt = memory.attempts[kind];
  attempt.failures = result ? 0 : attempt.failures + 1;
  attempt.at = std::chrono::system_clock::now();
  attempt.error = result ? std::nullopt : std::optional(result.error());
  note_pace(entry_of(observed.store), kind, observed,
            !result && duration >= kSlow ? Pace::kSlow : Pace::kQuick);
  log_debug("action",
            {{"store", observed.store.name},
             {"action", std::string(to_string(kind))},
             {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count())},
             {"error", result ? "" : result.error().message}});
  co_return result;
}

void StoreOperator::note_pace(Entry& entry, ActionKind kind, const Observed& observed, Pace pace) {
  if (pace == Pace::kQuick) {
    entry.slow.erase(kind);
    return;
  }
  auto& tries = entry.slow[kind];
  const auto pod = site_pod_uid(observed);
  tries = {.pod = pod, .count = tries.pod == pod ? tries.count + 1 : 1};  // a new pod may be better
}

Pace StoreOperator::pace_of(const Entry& entry, ActionKind kind, const Observed& observed) {
  const auto found = entry.slow.find(kind);
  if (found == entry.slow.end() || found->second.pod != site_pod_uid(observed)) return Pace::kQuick;
  return found->second.count < slow_tries(lane_of(kind)) ? Pace::kQuick : Pace::kSlow;
}

Task<controller::Outcome> StoreOperator::reconcile(std::string name) {
  auto outcome = co_await look(name);
  lanes_.pass(name);
  co_return outcome;
}

Task<controller::Outcome> StoreOperator::look(std::string name) {
  for (int actions = 0; actions < kMostActions; ++actions) {
    const auto* store = parts_.caches.stores.find({.name = name});
    if (store == nullptr) {
      entries_.erase(name);
      lanes_.forget(name);
      waves_.forget(name);
      co_return controller::Done{};
    }
    auto& entry = entry_of(*store);
    forget_old_namespace(entry, *store);
    take_generation(*store, entry.memory);
    if (take_retry_request(*store, entry.memory))
      log_info("trying again at once, as asked", {{"store", name}});
    auto observed = observe(parts_.caches, parts_.catalogue, parts_.settings, name, entry.memory);
    observed->isolation_hold = parts_.isolation.hold();
    // Whoever comes after that has to be led there by somebody else: it is looked at again.
    if (!cut_off(*observed).empty())
      entry.memory.route_answered_by = observed->memory.route_answered_by = kNobody;
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());  // as status has it
    observed->wave = waves_.wave_of(*observed, entry.status_known ? entry.status : store->status, now);
    const auto decision = decide(*observed, now);
    if (std::holds_alternative<Settled>(decision.next))
      entry.memory.route_answered_by = site_pod_uid(*observed);
    if (note_status(entry, *observed, decision, now)) {
      const auto written = co_await write_status(name);
      if (!written) co_return controller::Retry{written.error()};
    }
    // What actions take for their precondition: a status of our own has not changed what they looked at.
    observed->store.resource_version = newest_version(entry, observed->store.resource_version);
    if (const auto* action = std::get_if<Action>(&decision.next)) {
      const auto place = lanes_.enter(lane_of(action->kind), pace_of(entry, action->kind, *observed), name);
      if (!place) co_return controller::RequeueAfter{kLongestTurn, "others are first"};
      co_await perform(action->kind, *observed);
      continue;
    }
    const bool unwritten = entry.status != observed->store.status;
    co_return next_look(
        decision, *observed,
        unwritten ? std::optional(just_refused(entry) ? kRefusedPause : kStatusPause) : std::nullopt, now);
  }
  co_return controller::RequeueAfter{1s, "other stores first"};
}

}  // namespace storefleet::store_operator
