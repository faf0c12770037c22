#include "app/controller_role.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/random.hpp"
#include "history/audit_retention.hpp"
#include "history/retention.hpp"
#include "history/writer.hpp"
#include "k8s/resource.hpp"
#include "operator/actions/actor.hpp"
#include "operator/admission_check.hpp"
#include "operator/event_follower.hpp"
#include "operator/isolation_keeper.hpp"
#include "operator/measured_releases.hpp"
#include "operator/platform_claims.hpp"
#include "operator/quota_keeper.hpp"
#include "operator/store_operator.hpp"
#include "operator/watch/caches.hpp"
#include "probes/isolation.hpp"
#include "probes/prober.hpp"
#include "releases/helm_helper.hpp"

namespace storefleet::app {
namespace {

using namespace std::chrono_literals;

/// Longer than the API server takes to restart.
constexpr std::chrono::seconds kWatchPatience{60};
constexpr std::size_t kWorkers = 32;
constexpr std::chrono::milliseconds kAdmissionInterval = 1h;
constexpr std::chrono::milliseconds kAdmissionAgain = 1min;  // where it could not be looked at

/// Unique among processes that run at the same time. In a pod its name will do: a container starts again only
/// when the one before it is dead, and may then take its own lease back without waiting for it to expire.
std::string process_identity() {
  if (const char* pod = std::getenv("POD_NAME")) return pod;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}-{}", host.data(), random_base32(6));
}

releases::HelmHelper::Options helm_options(const ServeConfig& config) {
  releases::HelmHelper::Options options{.executable = config.helm_helper,
                                        .arguments = {"--charts", config.engines_folder}};
  if (config.kubeconfig) {
    options.arguments.emplace_back("--kubeconfig");
    options.arguments.push_back(*config.kubeconfig);
  }
  return options;
}

store_operator::IsolationKeeper::Options isolation_options(const engines::PlatformSettings& settings) {
  return {.platform_namespace = settings.platform_namespace,
          .probe_namespace = settings.probe_namespace,
          .interval = std::chrono::minutes(settings.isolation_minutes),
          .required = settings.isolation_required};
}

}  // namespace

/// Everything that exists only while this process leads.
struct ControllerRole::Leadership {
  Leadership(const asio::any_io_executor& executor, ControllerRole& role,
             std::unique_ptr<probes::Prober> route_prober, std::int64_t epoch)
      : helm(executor, helm_options(role.config_)),
        releases(helm, role.metrics_),
        prober(std::move(route_prober)),
        history(executor, role.history_, epoch),
        retention(role.history_, role.config_.history_days, epoch, [this] { return living_stores(); }),
        audit_retention(role.audit_, role.config_.audit_days),
        caches(role.client_),
        events(role.client_, caches, history),
        isolation(role.client_, isolation_probe, isolation_options(role.config_.settings)),
        quotas(role.ledger_, caches, role.catalogue_),
        platform_claims(role.client_, caches, role.config_.settings.hosts()),
        actor({.client = role.client_,
               .releases = releases,
               .prober = *prober,
               .history = role.history_,
               .ledger = role.ledger_,
               .epoch = epoch}),
        store_operator(executor,
                       {.client = role.client_,
                        .caches = caches,
                        .catalogue = role.catalogue_,
                        .settings = role.config_.settings,
                        .actor = actor,
                        .history = history,
                        .metrics = role.metrics_,
                        .isolation = isolation},
                       kWorkers),
        scope(executor) {}

  /// Null while the cluster has not been read.
  [[nodiscard]] std::shared_ptr<const std::set<std::string>> living_stores() const {
    if (!caches.synced()) return nullptr;
    std::set<std::string> uids;
    caches.stores.for_each([&](const k8s::ObjectName&, const Store& store) { uids.insert(store.uid); });
    return std::make_shared<const std::set<std::string>>(std::move(uids));
  }

  releases::HelmHelper helm;
  store_operator::MeasuredReleases releases;
  std::unique_ptr<probes::Prober> prober;
  history::HistoryWriter history;
  history::HistoryRetention retention;
  history::AuditRetention audit_retention;
  store_operator::ClusterCaches caches;
  store_operator::EventFollower events;
  probes::TcpIsolationProbe isolation_probe;
  store_operator::IsolationKeeper isolation;
  store_operator::QuotaKeeper quotas;
  store_operator::PlatformClaims platform_claims;
  store_operator::Actor actor;
  store_operator::StoreOperator store_operator;
  TaskScope scope;
};

ControllerRole::ControllerRole(asio::any_io_executor executor, const ServeConfig& config, k8s::Client& client,
                               const engines::EngineCatalogue& catalogue, History& history,
                               QuotaLedger& ledger, AuditLog& audit, prometheus::Registry& registry)
    : executor_(std::move(executor)),
      config_(config),
      client_(client),
      catalogue_(catalogue),
      history_(history),
      ledger_(ledger),
      audit_(audit),
      metrics_(registry) {}

ControllerRole::~ControllerRole() = default;

Result<void> ControllerRole::ready() const {
  if (waiting_) return {};
  if (leadership_ && leadership_->caches.synced()) {
    const auto failing = leadership_->caches.stores.failing_for();
    if (failing < kWatchPatience) return {};
    return fail(ErrorCode::kUnavailable,
                fmt::format("the stores have not been heard of for {} s", failing.count()));
  }
  return fail(ErrorCode::kUnavailable, "the cluster has not been read yet");
}

void ControllerRole::update_metrics() {
  metrics_.set_leading(leadership_ != nullptr);
  metrics_.set_isolation(leadership_ ? leadership_->isolation.verdict().state : IsolationState::kUnknown);
  if (leadership_) leadership_->store_operator.update_metrics();
}

/// At the start nothing may be left unproved; what cannot be asked ends the process, and the kubelet starts
/// it again.
Task<Result<void>> ControllerRole::check_admission_policy() {
  store_operator::AdmissionCheck check(client_, config_.settings.platform_namespace,
                                       config_.settings.probe_namespace);
  const auto outcome = co_await check.run_patiently();
  if (!outcome) co_return std::unexpected(outcome.error());
  log_info("the admission policies refuse what they must",
           {{"requests", std::to_string(outcome->refused)},
            {"inside a store", outcome->in_store ? "tried" : "not tried, there is no store yet"}});
  co_return Result<void>{};
}

/// While this process leads: somebody may take the policies away, and rules inside stores want a store.
Task<void> ControllerRole::keep_checking_admission(controller::LeaderElection& election) {
  store_operator::AdmissionCheck check(client_, config_.settings.platform_namespace,
                                       config_.settings.probe_namespace);
  bool go_on = co_await sleep_for(kAdmissionAgain);
  while (go_on) {
    const auto outcome = co_await check.run_patiently();
    const bool granted = !outcome && outcome.error().reason == Reason::kPolicyMissing;
    if (granted) {
      log_error("the admission policies do not hold", {{"error", outcome.error().message}});
      admission_lost_ = outcome.error();
      election.give_up();
      co_return;
    }
    if (!outcome)
      log_warning("the admission policies cannot be checked", {{"error", outcome.error().message}});
    const auto pause = outcome ? kAdmissionInterval : kAdmissionAgain;
    go_on = co_await sleep_for(pause);
  }
}

Task<Result<void>> ControllerRole::run() {
  const bool service_account = !config_.kubeconfig;
  if (service_account) {
    const auto checked = co_await check_admission_policy();
    if (!checked) co_return checked;
  }
  controller::LeaderElection election(
      client_, {.lease = {.ns = config_.settings.platform_namespace, .name = std::string(kControllerLease)},
                .identity = process_identity()});
  waiting_ = true;
  const auto acquired = co_await election.acquire();
  if (!acquired) {
    if (acquired.error().code == ErrorCode::kCancelled) co_return Result<void>{};
    co_return std::unexpected(acquired.error().within("leader election"));
  }
  if (service_account) {
    // Somebody may have taken the policies away while another led.
    const auto checked = co_await check_admission_policy();
    if (!checked) {
      co_await election.release();
      co_return checked;
    }
  }
  co_return co_await lead(election);
}

Task<Result<void>> ControllerRole::lead(controller::LeaderElection& election) {
  co_await asio::this_coro::throw_if_cancelled(false);
  auto prober = probes::Prober::create(executor_, config_.ingress_address);
  if (!prober) co_return std::unexpected(prober.error());
  leadership_ = std::make_unique<Leadership>(executor_, *this, *std::move(prober), election.epoch());
  waiting_ = false;
  auto& parts = *leadership_;
  parts.scope.spawn("helm helper", parts.helm.run());
  parts.scope.spawn("history writer", parts.history.run());
  parts.scope.spawn("history retention", parts.retention.run());
  parts.scope.spawn("audit retention", parts.audit_retention.run());
  parts.scope.spawn("look at isolation", parts.isolation.run());
  if (!config_.kubeconfig) parts.scope.spawn("check admission", keep_checking_admission(election));
  parts.caches.start(parts.scope);
  parts.scope.spawn("watch events", parts.events.watch());
  parts.scope.spawn("copy events", parts.events.write());
  parts.scope.spawn("start operator", start_operator());
  co_await election.hold_until_lost();

  // From here on everything must end in order, also where this task itself is being cancelled.
  const auto state = co_await asio::this_coro::cancellation_state;
  const bool cancelled = state.cancelled() != asio::cancellation_type::none;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await parts.store_operator.stop();
  parts.scope.cancel();
  co_await parts.scope.join();
  leadership_.reset();
  if (admission_lost_) co_return std::unexpected(*admission_lost_);
  if (!cancelled)
    co_return fail(ErrorCode::kUnavailable, "leadership was lost; this process ends and starts again");
  co_await election.release();
  co_return Result<void>{};
}

Task<void> ControllerRole::start_operator() {
  const auto stopped = [](const auto& state) { return state.cancelled() != asio::cancellation_type::none; };
  co_await leadership_->caches.wait_synced();
  auto state = co_await asio::this_coro::cancellation_state;
  if (stopped(state)) co_return;
  log_info("the cluster is read", {{"stores", std::to_string(leadership_->caches.stores.size())}});
  co_await leadership_->quotas.rebuild();
  co_await leadership_->platform_claims.ensure();
  // Where the lease was lost meanwhile, everything was told to stop: what begins now would never end.
  state = co_await asio::this_coro::cancellation_state;
  if (stopped(state)) co_return;
  leadership_->scope.spawn("keep quotas", leadership_->quotas.run());
  leadership_->scope.spawn("keep the platform's hosts", leadership_->platform_claims.run());
  leadership_->store_operator.start();
}

}  // namespace storefleet::app
