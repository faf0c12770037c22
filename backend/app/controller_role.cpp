#include "app/controller_role.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <ranges>
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
#include "operator/images_on_nodes.hpp"
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

/// The Service behind "name.namespace.svc:80"; nothing where the address is none of a Service of this
/// cluster.
k8s::ObjectName service_of(std::string_view address) {
  std::vector<std::string> labels;
  for (const auto part : std::views::split(address.substr(0, address.find(':')), '.'))
    labels.emplace_back(part.begin(), part.end());
  if (labels.size() < 3 || labels[2] != "svc") return {};
  return {.ns = labels[1], .name = labels[0]};
}

using namespace std::chrono_literals;

/// Longer than the API server takes to restart.
constexpr std::chrono::seconds kWatchPatience{60};
constexpr std::size_t kWorkers = 32;
constexpr std::chrono::milliseconds kPatienceForRecords = 500ms;
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
                                        .arguments = {"--charts", config.engines_folder, "--drain", "500ms"}};
  if (config.kubeconfig) {
    options.arguments.emplace_back("--kubeconfig");
    options.arguments.push_back(*config.kubeconfig);
  }
  return options;
}

/// Client-go's proportions: 15, 10 and 2 s.
controller::LeaderElectionOptions election_options(const ServeConfig& config) {
  const std::chrono::milliseconds duration = config.lease;
  return {.lease = {.ns = config.settings.platform_namespace, .name = std::string(kControllerLease)},
          .identity = process_identity(),
          .lease_duration = duration,
          .renew_deadline = duration * 2 / 3,
          .retry_period = duration * 2 / 15};
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
             std::unique_ptr<k8s::Client> fenced_client, std::unique_ptr<probes::Prober> route_prober,
             std::int64_t epoch)
      : client(std::move(fenced_client)),
        helm(executor, helm_options(role.config_)),
        releases(helm, role.metrics_),
        prober(std::move(route_prober)),
        history(executor, role.history_, epoch),
        retention(role.history_, role.config_.history_days, epoch, [this] { return living_stores(); }),
        audit_retention(role.audit_, role.config_.audit_days),
        caches(*client, service_of(role.config_.ingress_address)),
        events(*client, caches, history),
        isolation(*client, isolation_probe, isolation_options(role.config_.settings)),
        images(*client, role.config_.settings.platform_namespace),
        quotas(role.ledger_, caches, role.catalogue_),
        platform_claims(*client, caches, role.config_.settings.hosts()),
        actor({.client = *client,
               .releases = releases,
               .prober = *prober,
               .history = role.history_,
               .ledger = role.ledger_,
               .epoch = epoch}),
        store_operator(executor,
                       {.client = *client,
                        .caches = caches,
                        .catalogue = role.catalogue_,
                        .settings = role.config_.settings,
                        .actor = actor,
                        .history = history,
                        .metrics = role.metrics_,
                        .isolation = isolation,
                        .images = role.config_.settings.images_on_nodes ? &images : nullptr},
                       kWorkers),
        helper(executor),
        scope(executor) {}

  /// Null while the cluster has not been read.
  [[nodiscard]] std::shared_ptr<const std::set<std::string>> living_stores() const {
    if (!caches.synced()) return nullptr;
    std::set<std::string> uids;
    caches.stores.for_each([&](const k8s::ObjectName&, const Store& store) { uids.insert(store.uid); });
    return std::make_shared<const std::set<std::string>>(std::move(uids));
  }

  std::unique_ptr<k8s::Client> client;
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
  store_operator::ImagesOnNodes images;
  store_operator::QuotaKeeper quotas;
  store_operator::PlatformClaims platform_claims;
  store_operator::Actor actor;
  store_operator::StoreOperator store_operator;
  TaskScope helper;
  TaskScope scope;
};

ControllerRole::ControllerRole(asio::any_io_executor executor, const ServeConfig& config,
                               k8s::ClusterConfig cluster, k8s::Client& client,
                               const engines::EngineCatalogue& catalogue, History& history,
                               QuotaLedger& ledger, AuditLog& audit, prometheus::Registry& registry)
    : executor_(std::move(executor)),
      config_(config),
      cluster_(std::move(cluster)),
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
  const auto lease_client = k8s::Client::create(executor_, cluster_, {.max_connections = 1});
  if (!lease_client) co_return std::unexpected(lease_client.error());
  controller::LeaderElection election(**lease_client, election_options(config_));
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
  auto client = k8s::Client::create(executor_, cluster_, {.fence = &election});
  if (!client) co_return std::unexpected(client.error());
  leadership_ = std::make_unique<Leadership>(executor_, *this, *std::move(client), *std::move(prober),
                                             election.epoch());
  waiting_ = false;
  start_parts(election);
  co_await election.hold_until_lost();

  // From here on everything must end in order, also where this task itself is being cancelled.
  const auto state = co_await asio::this_coro::cancellation_state;
  const bool cancelled = state.cancelled() != asio::cancellation_type::none;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  auto& parts = *leadership_;
  const bool ended = co_await stop_writing(election);
  TaskScope ending(executor_);
  ending.spawn("stop the operator", parts.store_operator.stop());
  co_await wait_for_records(ending);
  // The next leader waits for this. Where a write's end is not known the lease is left to run out.
  if (cancelled && ended) co_await election.release();
  co_await ending.join();
  parts.scope.cancel();
  co_await parts.scope.join();
  election.on_renewal({});
  leadership_.reset();
  if (admission_lost_) co_return std::unexpected(*admission_lost_);
  if (!cancelled)
    co_return fail(ErrorCode::kUnavailable, "leadership was lost; this process ends and starts again");
  co_return Result<void>{};
}

void ControllerRole::start_parts(controller::LeaderElection& election) {
  auto& parts = *leadership_;
  const auto longest_write = election.longest();
  const auto lend = [&parts, longest_write](BootClock::time_point until) {
    parts.helm.lend(until, longest_write);
  };
  lend(election.may_write_until());
  election.on_renewal(lend);
  parts.helper.spawn("helm helper", parts.helm.run());
  parts.scope.spawn("history writer", parts.history.run());
  parts.scope.spawn("history retention", parts.retention.run());
  parts.scope.spawn("audit retention", parts.audit_retention.run());
  parts.scope.spawn("look at isolation", parts.isolation.run());
  if (!config_.kubeconfig) parts.scope.spawn("check admission", keep_checking_admission(election));
  parts.caches.start(parts.scope);
  parts.images.on_change([&parts] { parts.store_operator.look_at_waiting_upgrades(); });
  if (config_.settings.images_on_nodes) parts.scope.spawn("watch images", parts.images.run());
  parts.scope.spawn("watch events", parts.events.watch());
  parts.scope.spawn("copy events", parts.events.write());
  parts.scope.spawn("start operator", start_operator());
}

/// What still runs then reads, waits and talks to SQL, which refuses an older leader's history by itself.
Task<bool> ControllerRole::stop_writing(controller::LeaderElection& election) {
  auto& parts = *leadership_;
  election.stop_writing();
  // A little longer than any can take.
  const auto patience = std::min(election.longest(), k8s::kDefaultDeadline) + 1s;
  const bool ended = co_await parts.client->writes_ended(patience);
  if (!ended) log_warning("a write to the API server is still under way; the lease is left to run out");
  parts.helper.cancel();
  co_await parts.helper.join();
  co_return ended;
}

/// What happened until now is told before the next leader tells what happens then; a database that does not
/// answer keeps nobody from leading.
Task<void> ControllerRole::wait_for_records(const TaskScope& ending) const {
  const auto until = std::chrono::steady_clock::now() + kPatienceForRecords;
  while ((ending.running() > 0 || leadership_->history.queued() > 0) &&
         std::chrono::steady_clock::now() < until)
    co_await sleep_for(5ms);
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
