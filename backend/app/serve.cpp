#include "app/serve.hpp"

#include <csignal>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <prometheus/registry.h>
#include <sys/resource.h>

#include "api/access_watch.hpp"
#include "api/gate/api.hpp"
#include "api/passwords.hpp"
#include "api/platform/health.hpp"
#include "api/stream/event_hub.hpp"
#include "app/controller_role.hpp"
#include "app/health_server.hpp"
#include "app/load_metrics.hpp"
#include "base/log.hpp"
#include "cluster_ports/controller_lease.hpp"
#include "cluster_ports/isolation_record.hpp"
#include "cluster_ports/store_check.hpp"
#include "cluster_ports/store_gateway.hpp"
#include "cluster_ports/store_insight.hpp"
#include "engines/catalogue.hpp"
#include "k8s/client.hpp"
#include "oidc/single_sign_on.hpp"
#include "probes/prober.hpp"
#include "storage/audit_log.hpp"
#include "storage/directory.hpp"
#include "storage/event_feed.hpp"
#include "storage/history.hpp"
#include "storage/idempotency.hpp"
#include "storage/identities.hpp"
#include "storage/logins.hpp"
#include "storage/migrate.hpp"
#include "storage/pool.hpp"
#include "storage/provisioning_report.hpp"
#include "storage/quota_ledger.hpp"
#include "web/web_pages.hpp"

namespace storefleet::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kMigratePause = 2s;
constexpr auto kDrain = 10s;
/// Longer than the API server takes to restart.
constexpr auto kWatchPatience = 60s;
constexpr auto kHealthPause = 1s;  // between two looks at what /readyz tells

/// Login at the provider of the settings.
struct SingleSignOnRole {
  SingleSignOnRole(const asio::any_io_executor& executor, const oidc::OidcConfig& config,
                   std::string_view admin_token, storage::Pool& pool)
      : transport(executor, config.ca_certificate),
        identities(pool),
        sign_on{.provider = oidc::OidcProvider(config, transport),
                .seal = oidc::FlowSeal(admin_token),
                .identities = identities} {}

  oidc::HttpProviderTransport transport;
  storage::PostgresIdentities identities;
  oidc::SingleSignOn sign_on;
};

/// Of who is not logged in. Threads and connections of their own: whatever strangers send, people who are
/// logged in wait for others of these alone.
storage::PoolOptions strangers_pool_options(const ServeConfig& config) {
  return {.url = config.database_url, .connections = 2, .most_waiting = 32, .longest_wait = 1000ms};
}

/// The API: routes, its own view of the stores, and the server.
struct ApiRole {
  ApiRole(const asio::any_io_executor& executor, const ServeConfig& config, k8s::Client& client,
          History& history, IdempotencyKeys& keys, QuotaLedger& ledger, storage::Pool& pool,
          const engines::EngineCatalogue& catalogue, const api::Health& health, web::WebPages web_pages,
          prometheus::Registry& registry, std::unique_ptr<probes::Prober> store_prober)
      : stores(client),
        hosts(stores, config.settings.hosts()),
        insight(client, catalogue, config.settings),
        prober(std::move(store_prober)),
        check(insight, *prober, catalogue, config.settings),
        leader(client, {.ns = config.settings.platform_namespace, .name = std::string(kControllerLease)}),
        isolation(client,
                  {.ns = config.settings.platform_namespace, .name = std::string(kIsolationConfigMap)}),
        provisioning(pool),
        strangers_pool(strangers_pool_options(config)),
        stranger_logins(strangers_pool),
        stranger_directory(strangers_pool),
        stranger_audit(strangers_pool),
        logins(pool),
        directory(pool),
        audit(pool),
        passwords(config.limits.hashing),
        access(logins),
        feed(pool, {.url = config.database_url}),
        events(stores, feed, registry, {.streams = config.limits.streams}),
        pages(std::move(web_pages)),
        sign_on(config.oidc ? std::make_unique<SingleSignOnRole>(executor, *config.oidc, config.admin_token,
                                                                 strangers_pool)
                            : nullptr),
        api(dependencies(config, history, keys, ledger, catalogue, health, registry, Callers::kPeople),
            dependencies(config, history, keys, ledger, catalogue, health, registry, Callers::kStrangers)),
        server(
            executor,
            {.port = config.listen_port,
             .max_body_bytes = config.limits.body,
             .connections = config.limits.connections,
             .is_proxy = [&config](const std::string& peer) { return config.trusted_proxies.contains(peer); },
             .gate = &api},
            [this](http::Request request) { return api.handle(std::move(request)); }),
        people_pool(pool),
        budget_metrics(registry),
        load_metrics(registry) {
    budget_metrics.show(api.budgets());
    budget_metrics.show("streams", events.streams());
    budget_metrics.show("hashing", passwords.queue());
  }

  void update_metrics() {
    budget_metrics.refresh();
    load_metrics.refresh(server, people_pool, strangers_pool);
  }

  enum class Callers { kPeople, kStrangers };
  api::ApiDependencies dependencies(const ServeConfig& config, History& history, IdempotencyKeys& keys,
                                    QuotaLedger& ledger, const engines::EngineCatalogue& catalogue,
                                    const api::Health& health, prometheus::Registry& registry,
                                    Callers callers) {
    const bool strangers = callers == Callers::kStrangers;
    return {.stores = stores,
            .hosts = hosts,
            .insight = insight,
            .check = check,
            .history = history,
            .idempotency = keys,
            .ledger = ledger,
            .leader = leader,
            .isolation = isolation,
            .provisioning = provisioning,
            .engines = catalogue,
            .logins = strangers ? stranger_logins : logins,
            .directory = strangers ? stranger_directory : directory,
            .audit = strangers ? stranger_audit : audit,
            .passwords = passwords,
            .events = events,
            .health = health,
            .pages = &pages,
            .metrics = registry,
            .admin_token = config.admin_token,
            .single_sign_on = sign_on ? &sign_on->sign_on : nullptr,
            .trusted_proxies = config.trusted_proxies,
            .rate_limit = config.rate_limit,
            .access = &access,
            .limits = config.limits,
            .own_hosts = config.own_hosts,
            .isolation_required = config.settings.isolation_required};
  }

  cluster_ports::ClusterStoreGateway stores;
  api::StoreHosts hosts;
  cluster_ports::ClusterStoreInsight insight;
  std::unique_ptr<probes::Prober> prober;
  cluster_ports::ClusterStoreCheck check;
  cluster_ports::ControllerLease leader;
  cluster_ports::IsolationRecord isolation;
  storage::PostgresProvisioningReport provisioning;
  storage::Pool strangers_pool;
  storage::PostgresLogins stranger_logins;
  storage::PostgresDirectory stranger_directory;
  storage::PostgresAuditLog stranger_audit;
  storage::PostgresLogins logins;
  storage::PostgresDirectory directory;
  storage::PostgresAuditLog audit;
  api::Passwords passwords;
  api::AccessWatch access;
  storage::PostgresEventFeed feed;
  api::EventHub events;
  web::WebPages pages;
  std::unique_ptr<SingleSignOnRole> sign_on;
  api::Api api;
  http::Server server;
  const storage::Pool& people_pool;
  api::BudgetMetrics budget_metrics;
  LoadMetrics load_metrics;
};

class Server {
 public:
  explicit Server(ServeConfig config)
      : config_(std::move(config)),
        registry_(std::make_shared<prometheus::Registry>()),
        pool_({.url = config_.database_url}),
        history_(pool_),
        keys_(pool_),
        ledger_(pool_),
        audit_(pool_),
        health_server_(context_.get_executor(), config_.metrics_port, *registry_, health_),
        scope_(context_.get_executor()) {}

  int run() {
    if (const auto prepared = prepare(); !prepared) {
      log_error("the server cannot start", {{"error", prepared.error().message}});
      return 1;
    }
    scope_.spawn("migrate", migrate_until_done());
    scope_.spawn("look at what is asked for health", health_.watch(kHealthPause));
    if (api_) scope_.spawn("watch stores for the API", api_->stores.run());
    if (api_) scope_.spawn("follow the event log", api_->events.run());
    if (api_) scope_.spawn("end what was revoked", api_->access.run());
    if (controller_) controller_scope_.spawn("controller", run_controller());
    main_.spawn("stop", stop_on_signal());
    context_.run();
    return exit_code_;
  }

 private:
  Result<void> prepare() {
    auto cluster = k8s::discover_config(config_.kubeconfig);
    if (!cluster) return std::unexpected(cluster.error());
    auto client = k8s::Client::create(context_.get_executor(), *cluster);
    if (!client) return std::unexpected(client.error());
    client_ = *std::move(client);
    auto catalogue =
        engines::EngineCatalogue::load(config_.engines_folder, config_.enabled_engines,
                                       config_.settings.volumes_can_grow ? engines::VolumeGrowth::kAllowed
                                                                         : engines::VolumeGrowth::kForbidden);
    if (!catalogue) return std::unexpected(catalogue.error());
    catalogue_ = std::make_unique<engines::EngineCatalogue>(*std::move(catalogue));
    if (config_.role != Role::kController) {
      auto prober = probes::Prober::create(context_.get_executor(), config_.ingress_address);
      if (!prober) return std::unexpected(prober.error());
      auto pages = web::WebPages::load(config_.dashboard_folder, config_.docs_folder);
      if (!pages) return std::unexpected(pages.error());
      api_ = std::make_unique<ApiRole>(context_.get_executor(), config_, *client_, history_, keys_, ledger_,
                                       pool_, *catalogue_, health_, *std::move(pages), *registry_,
                                       *std::move(prober));
      if (auto listening = api_->server.listen(); !listening) return listening;
      health_.add(api::Health::Check{"cluster", [this] { return check_stores(); }});
      health_.add(api::Health::Check{"watch", [this] { return check_watch(); }});
      health_.add(api::Health::Check{"schema", [this] { return check_schema(); }});
      health_.add(api::Health::Check{"events", [this] { return check_events(); }});
      health_.add(api::Health::Inquiry{"database", [this] { return history_.ping(); }});
      health_server_.before_metrics([this] { api_->update_metrics(); });
      log_info("the API listens", {{"port", std::to_string(api_->server.port())}});
    }
    if (config_.role != Role::kApi) {
      controller_ =
          std::make_unique<ControllerRole>(context_.get_executor(), config_, *std::move(cluster), *client_,
                                           *catalogue_, history_, ledger_, audit_, *registry_);
      health_.add(api::Health::Check{"controller", [this] { return check_controller(); }});
      health_server_.before_metrics([this] { controller_->update_metrics(); });
    }
    return health_server_.start();
  }

  Result<void> check_stores() {
    if (api_->stores.synced()) return {};
    return fail(ErrorCode::kUnavailable, "the stores have not been read yet");
  }

  /// What is shown may be old: new stores and changes are taken, but not seen.
  Result<void> check_watch() {
    const auto failing = api_->stores.failing_for();
    if (failing < kWatchPatience) return {};
    return fail(ErrorCode::kUnavailable,
                fmt::format("the stores have not been heard of for {} s", failing.count()));
  }

  /// Once it was current it stays so: a database that goes away later is another check, which the probes of
  /// the pods leave out.
  [[nodiscard]] Result<void> check_schema() const {
    if (schema_current_) return {};
    return fail(ErrorCode::kUnavailable, "the database has not been migrated yet");
  }

  /// Once it was read it stays so, as with the schema.
  [[nodiscard]] Result<void> check_events() const {
    if (api_->events.caught_up()) return {};
    return fail(ErrorCode::kUnavailable, "the event log has not been read yet");
  }

  Result<void> check_controller() { return controller_->ready(); }

  Task<void> migrate_until_done() {
    while (true) {
      const auto applied = co_await storage::migrate(pool_);
      if (applied) {
        log_info("the database schema is current", {{"migrations", std::to_string(*applied)}});
        schema_current_ = true;
        if (api_) co_await ensure_admin();
        co_return;
      }
      log_warning("the database cannot be migrated yet", {{"error", applied.error().message}});
      const bool go_on = co_await sleep_for(kMigratePause);
      if (!go_on) co_return;
    }
  }

  /// The first user, with the password that the chart generated or was given.
  Task<void> ensure_admin() {
    if (config_.admin_password.empty()) co_return;
    const auto hash = co_await api_->passwords.hash(config_.admin_password);
    if (!hash)
      co_return log_error("the admin's password cannot be hashed", {{"error", hash.error().message}});
    const auto ensured = co_await api_->logins.ensure_admin("admin", *hash);
    if (!ensured) log_error("the first admin was not made", {{"error", ensured.error().message}});
  }

  Task<void> run_controller() {
    const auto ended = co_await controller_->run();
    if (ended) co_return;
    log_error("the controller cannot go on", {{"error", ended.error().message}});
    exit_code_ = 1;
    signals_.cancel();
  }

  Task<void> stop_on_signal() {
    co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    log_info("stopping");
    controller_scope_.cancel();  // the next leader does not wait for this process's callers
    if (api_) co_await api_->server.stop(kDrain);
    co_await controller_scope_.join();
    scope_.cancel();
    co_await scope_.join();
    co_await health_server_.stop();
  }

  ServeConfig config_;
  std::shared_ptr<prometheus::Registry> registry_;
  asio::io_context context_{1};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  storage::Pool pool_;
  storage::PostgresHistory history_;
  storage::PostgresIdempotencyKeys keys_;
  storage::PostgresQuotaLedger ledger_;
  storage::PostgresAuditLog audit_;
  std::unique_ptr<k8s::Client> client_;
  std::unique_ptr<engines::EngineCatalogue> catalogue_;
  api::Health health_{std::string(build_version())};
  HealthServer health_server_;
  std::unique_ptr<ApiRole> api_;
  std::unique_ptr<ControllerRole> controller_;
  bool schema_current_ = false;
  int exit_code_ = 0;
  TaskScope scope_;
  TaskScope controller_scope_{context_.get_executor()};
  TaskScope main_{context_.get_executor()};
};

}  // namespace

std::string_view build_version() {
  return STOREFLEET_VERSION;
}

namespace {

/// Each stream is a descriptor; where the soft limit is the traditional 1024, that is too few.
void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log_warning("the limit of open files cannot be raised");
}

/// What one large request took must not stay with the process. By itself the C library would learn from large
/// blocks that they come again, and keep them; and each thread would begin a heap of its own.
void give_memory_back() {
  constexpr int kMappedFrom = 128 * 1024;
  constexpr int kArenas = 2;
  if (mallopt(M_MMAP_THRESHOLD, kMappedFrom) != 1 || mallopt(M_TRIM_THRESHOLD, kMappedFrom) != 1 ||
      mallopt(M_ARENA_MAX, kArenas) != 1)
    log_warning("the use of memory cannot be tuned");
}

}  // namespace

int serve(ServeConfig config) {
  configure_logging(config.log_level, config.log_format);
  allow_many_descriptors();
  give_memory_back();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write, not the end
  return Server(std::move(config)).run();
}

}  // namespace storefleet::app
