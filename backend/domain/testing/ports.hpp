#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "domain/check.hpp"
#include "domain/event.hpp"
#include "domain/insight.hpp"
#include "domain/isolation.hpp"
#include "domain/platform.hpp"
#include "domain/ports/engine_directory.hpp"
#include "domain/ports/event_feed.hpp"
#include "domain/ports/history.hpp"
#include "domain/ports/idempotency_keys.hpp"
#include "domain/ports/isolation_directory.hpp"
#include "domain/ports/leader_directory.hpp"
#include "domain/ports/provisioning_report.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "domain/ports/store_check.hpp"
#include "domain/ports/store_gateway.hpp"
#include "domain/ports/store_insight.hpp"
#include "domain/quota.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {

/// The domain's ports in memory, for tests of the API: what a test puts in is what comes out. `failure` makes
/// every call fail.
class MemoryStores : public StoreGateway {
 public:
  Result<void> visit(const std::function<void(const Store&)>& visitor) override {
    if (failure) return std::unexpected(*failure);
    for (const auto& [name, store] : stores) visitor(store);
    return {};
  }
  void on_change(StoreListener listener) override { listeners.push_back(std::move(listener)); }
  /// Puts a store there (or, without one, takes it away) and tells the listeners.
  void change(const std::string& name, std::optional<Store> now) {
    const auto found = stores.find(name);
    const auto old = found == stores.end() ? std::optional<Store>() : std::optional(found->second);
    if (now) stores[name] = *now;
    if (!now) stores.erase(name);
    for (const auto& listener : listeners) listener(old ? &*old : nullptr, now ? &*now : nullptr);
  }
  Task<Result<Store>> get(std::string name) override {
    if (const auto shown = cached.find(name); shown != cached.end()) co_return shown->second;
    co_return co_await get_latest(std::move(name));
  }
  Task<Result<Store>> get_latest(std::string name) override {
    if (failure) co_return std::unexpected(*failure);
    const auto found = stores.find(name);
    if (found == stores.end())
      co_return fail(ErrorCode::kNotFound, fmt::format("There is no store named '{}'.", name));
    co_return found->second;
  }
  Task<Result<Store>> create(NewStore wanted, DryRun dry_run) override {
    if (failure) co_return std::unexpected(*failure);
    if (stores.contains(wanted.name)) co_return fail(ErrorCode::kAlreadyExists, "already exists");
    Store store;
    store.name = wanted.name;
    store.annotations = std::move(wanted.annotations);
    store.uid = fmt::format("uid-{}", ++created);
    store.generation = 1;
    store.created_at = parse_time("2026-11-24T11:15:00Z").value();
    store.spec = std::move(wanted.spec);
    if (dry_run == DryRun::kNo) stores[store.name] = store;
    co_return store;
  }
  Task<Result<Store>> update(Store store, StoreSpec spec) override {
    if (failure) co_return std::unexpected(*failure);
    auto& kept = stores.at(store.name);
    if (kept.uid != store.uid || kept.generation != store.generation)
      co_return fail(ErrorCode::kConflict, "changed meanwhile");
    kept.spec = std::move(spec);
    ++kept.generation;
    co_return kept;
  }
  Task<Result<Store>> ask(Store store, StoreRequest request, TimePoint at) override {
    if (failure) co_return std::unexpected(*failure);
    auto& kept = stores.at(store.name);
    kept.annotations[std::string(annotation_of(request))] = format_time(at);
    co_return kept;
  }
  Task<Result<void>> remove(Store store) override {
    if (failure) co_return std::unexpected(*failure);
    const auto found = stores.find(store.name);
    if (found == stores.end()) co_return fail(ErrorCode::kNotFound, "gone");
    if (changes_before_removal-- > 0)
      co_return fail(ErrorCode::kConflict, "its status was written meanwhile");
    if (found->second.uid != store.uid)
      co_return fail(ErrorCode::kConflict, "another store has this name now");
    found->second.deletion_requested_at = parse_time("2026-11-24T12:00:00Z");
    found->second.status.phase = Phase::kDeleting;
    co_return Result<void>{};
  }

  std::map<std::string, Store> stores;
  std::map<std::string, Store> cached;  // what a cache that is behind still shows
  std::vector<StoreListener> listeners;
  std::optional<Error> failure;
  int created = 0;
  int changes_before_removal = 0;
};

class MemoryInsight : public StoreInsight {
 public:
  Task<Result<Credentials>> credentials(Store store) override {
    if (store.status.phase != Phase::kReady) co_return fail(ErrorCode::kNotFound, "no Secret yet");
    co_return Credentials{.username = "admin", .password = "sesame-" + store.name};
  }
  Task<Result<LoginLink>> login_link(Store store) override {
    if (store.status.phase != Phase::kReady) co_return fail(ErrorCode::kNotFound, "no Secret yet");
    if (store.spec.engine == "medusa") co_return fail(ErrorCode::kInvalidArgument, "no one-click login");
    co_return LoginLink{.url = store.status.url + "login?token=t",
                        .expires_at = parse_time("2026-11-24T11:17:00Z").value()};
  }
  Task<Result<LogSource>> find_log(Store store, LogQuery query) override {
    asked = query;
    if (failure) co_return std::unexpected(*failure);
    co_return LogSource{store.status.store_namespace, query.component + "-0", "main"};
  }
  Task<Result<std::string>> logs(LogSource, LogQuery) override {
    co_await hold();
    co_return lines;
  }
  Task<Result<void>> follow_logs(LogSource, LogQuery, LogWriter write) override {
    Result<void> written;
    if (!silent) written = co_await write(lines);
    co_await hold();
    if (written && log_end) written = std::unexpected(*log_end);
    co_return written;
  }
  Task<Result<StoreUsage>> usage(Store) override {
    if (failure) co_return std::unexpected(*failure);
    co_return used;
  }

  LogQuery asked;
  std::string lines = "2026-11-24T11:15:02Z ready\n";
  StoreUsage used;
  std::optional<Error> failure;  // of logs and usage
  std::optional<Error> log_end;  // how a followed log ends
  bool silent = false;           // it ends before it began
  bool holds = false;            // while true logs go on, read or followed
  int held = 0;

 private:
  Task<void> hold() {
    ++held;
    while (holds && co_await sleep_for(std::chrono::milliseconds(1))) {
    }
    --held;
  }
};

class MemoryCheck : public StoreCheck {
 public:
  Task<Result<CheckReport>> check(Store store) override {
    if (store.status.phase != Phase::kReady) co_return fail(ErrorCode::kNotFound, "no Secret yet");
    co_return report;
  }

  CheckReport report;
};

class MemoryHistory : public History {
 public:
  Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t) override {
    for (auto& event : events) {
      event.sequence = static_cast<std::int64_t>(log.size()) + 1;
      log.push_back(std::move(event));
    }
    co_return Result<void>{};
  }
  Task<Result<std::vector<StoreEvent>>> events(EventQuery query) override {
    if (failure) co_return std::unexpected(*failure);
    std::vector<StoreEvent> found;
    for (const auto& event : log) {
      const bool wanted = event.store_name == query.store_name && event.sequence > query.after &&
                          (query.before == 0 || event.sequence < query.before) &&
                          (query.store_uid.empty() || query.store_uid == event.store_uid) &&
                          (!query.type || query.type == event.type) &&
                          (query.source.empty() || query.source == event.source) &&
                          (query.reason.empty() || query.reason == event.reason) &&
                          event.message.contains(query.text) && is_in(query.teams, event.team);
      if (wanted) found.push_back(event);
    }
    if (query.order == EventOrder::kNewestFirst) std::ranges::reverse(found);
    if (found.size() > query.limit) found.resize(query.limit);
    co_return found;
  }
  Task<Result<void>> save_receipt(TeardownReceipt receipt, std::int64_t) override {
    receipts[receipt.store_name] = std::move(receipt);
    co_return Result<void>{};
  }
  Task<Result<TeardownReceipt>> receipt(std::string store_name, TeamFilter teams) override {
    const auto found = receipts.find(store_name);
    if (found == receipts.end() || !is_in(teams, found->second.team))
      co_return fail(ErrorCode::kNotFound, "No such store has been deleted.");
    co_return found->second;
  }
  Task<Result<Pruned>> prune(Retention, std::string, std::int64_t) override {
    co_return Pruned{.complete = true};
  }
  Task<Result<void>> ping() override {
    if (failure) co_return std::unexpected(*failure);
    co_return Result<void>{};
  }

  std::vector<StoreEvent> log;
  std::map<std::string, TeardownReceipt> receipts;
  std::optional<Error> failure;

 private:
  static bool is_in(const TeamFilter& teams, const std::string& team) {
    return !teams || std::ranges::find(*teams, team) != teams->end();
  }
};

/// Follows a MemoryHistory; `announce` is what the database's notification is to a real one.
class MemoryFeed : public EventFeed {
 public:
  explicit MemoryFeed(MemoryHistory& history) : history_(history) {}

  Task<Result<std::vector<StoreEvent>>> after(std::int64_t sequence, std::size_t limit) override {
    ++reads;
    if (history_.failure) co_return std::unexpected(*history_.failure);
    std::vector<StoreEvent> found;
    for (const auto& event : history_.log)
      if (event.sequence > sequence && found.size() < limit) found.push_back(event);
    co_return found;
  }
  Task<Result<std::int64_t>> last_sequence() override {
    if (history_.failure) co_return std::unexpected(*history_.failure);
    co_return history_.log.empty() ? 0 : history_.log.back().sequence;
  }
  Task<void> changed() override {
    while (!announced) {
      co_await sleep_for(std::chrono::milliseconds(1));
      // A cancellation that comes when the time is just over ends no sleep.
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return;
    }
    announced = false;
  }
  void announce() { announced = true; }

  int reads = 0;
  bool announced = false;

 private:
  MemoryHistory& history_;
};

class MemoryLeader : public LeaderDirectory {
 public:
  Task<Result<Leader>> leader() override {
    if (failure) co_return std::unexpected(*failure);
    co_return known;
  }

  Leader known;
  std::optional<Error> failure;
};

class MemoryIsolation : public IsolationDirectory {
 public:
  Task<Result<IsolationVerdict>> verdict() override {
    if (failure) co_return std::unexpected(*failure);
    co_return known;
  }

  IsolationVerdict known;
  std::optional<Error> failure;
};

class MemoryProvisioning : public ProvisioningReport {
 public:
  Task<Result<std::vector<ProvisioningDay>>> days(ProvisioningQuery query) override {
    asked = std::move(query);
    co_return figures;
  }

  ProvisioningQuery asked;
  std::vector<ProvisioningDay> figures;
};

class MemoryKeys : public IdempotencyKeys {
 public:
  Task<Result<std::optional<RememberedAnswer>>> reserve(std::string caller, std::string key,
                                                        std::string body_hash) override {
    const auto [place, fresh] = answers.try_emplace(caller + "/" + key, RememberedAnswer{body_hash, 0, {}});
    if (fresh) co_return std::optional<RememberedAnswer>{};
    co_return std::optional(place->second);
  }
  Task<Result<void>> remember(std::string caller, std::string key, unsigned status,
                              std::string body) override {
    auto& answer = answers[caller + "/" + key];
    answer.status = status;
    answer.body = std::move(body);
    co_return Result<void>{};
  }
  Task<Result<void>> forget(std::string caller, std::string key) override {
    answers.erase(caller + "/" + key);
    co_return Result<void>{};
  }

  std::map<std::string, RememberedAnswer> answers;
};

class TwoEngines : public EngineDirectory {
 public:
  std::vector<EngineSummary> engines() const override {
    return {{"woocommerce",
             "WooCommerce",
             "WordPress with WooCommerce.",
             {"11.0.1", "10.9", "10.8"},
             {{"type", "object"}},
             {"small", "large"}},
            {"medusa", "Medusa", "Headless commerce.", {"2.21.2"}, {{"type", "object"}}, {"small"}}};
  }
  Result<void> check(const StoreSpec& spec) const override {
    if (spec.engine != "woocommerce" && spec.engine != "medusa")
      return fail(ErrorCode::kInvalidArgument, "There is no such engine.", Reason::kUnknownEngine);
    if (spec.plan != "small" && spec.plan != "large")
      return fail(ErrorCode::kInvalidArgument, "There is no such plan.", Reason::kUnknownPlan);
    if (!spec.engine_version.empty() && spec.engine_version != "11.0.1" && spec.engine_version != "10.9" &&
        spec.engine_version != "10.8" && spec.engine_version != "2.21.2")
      return fail(ErrorCode::kInvalidArgument, "There is no such version.", Reason::kUnknownVersion);
    if (spec.values.contains("bad"))
      return fail(ErrorCode::kInvalidArgument, "values.bad is not a parameter.", Reason::kInvalidValues);
    return {};
  }
  std::vector<PlanSummary> plans() const override {
    return {{"small",
             {{.engine = "woocommerce",
               .storage_bytes = 2147483648,
               .storage = {{"database", "1Gi"}, {"files", "1Gi"}},
               .quota = {{"limits.cpu", "4"}},
               .resources = {{"web", {{"limits", {{"memory", "512Mi"}}}}}}}}}};
  }
  Result<void> check_change(const StoreSpec& from, const StoreSpec& to) const override {
    if (from.plan == "large" && to.plan == "small")
      return fail(ErrorCode::kInvalidArgument, "Volumes cannot shrink.", Reason::kVolumeSize);
    return check(to);
  }
  std::int64_t storage_bytes(const StoreSpec& spec) const override { return spec.plan == "large" ? 10 : 1; }
};

/// Has `places` places, or refuses everything.
class MemoryLedger : public QuotaLedger {
 public:
  Task<Result<std::string>> reserve(QuotaClaim claim) override {
    if (const auto allowed = refused(claim); !allowed) co_return std::unexpected(allowed.error());
    const auto id = fmt::format("place-{}", ++given);
    reserved[id] = std::move(claim);
    co_return id;
  }
  Task<Result<void>> cancel(std::string reservation) override {
    reserved.erase(reservation);
    co_return Result<void>{};
  }
  Task<Result<void>> check(QuotaClaim claim) override { co_return refused(claim); }
  Task<Result<void>> admit(QuotaClaim claim, std::string) override { co_return refused(claim); }
  Task<Result<void>> release(std::string) override { co_return Result<void>{}; }
  Task<Result<void>> rebuild(std::vector<QuotaClaim>) override { co_return Result<void>{}; }

  std::size_t places = 1000;
  std::optional<Error> failure;
  std::map<std::string, QuotaClaim> reserved;
  QuotaClaim asked;
  int given = 0;

 private:
  Result<void> refused(const QuotaClaim& claim) {
    asked = claim;
    if (failure) return std::unexpected(*failure);
    if (claim.store_uid.empty() && reserved.size() >= places)
      return fail(ErrorCode::kForbidden, "The team has all the stores that it may have.",
                  Reason::kTeamQuotaExceeded);
    return {};
  }
};

}  // namespace storefleet::inline domain
