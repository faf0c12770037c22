#include "cluster_ports/store_check.hpp"

#include <chrono>

#include <fmt/format.h>

#include "engines/login_link.hpp"
#include "engines/objects.hpp"

namespace storefleet::cluster_ports {
namespace {

/// Longer than any run of a check.
constexpr std::chrono::minutes kLinkLifetime{4};
constexpr int kMostRunning = 8;

/// Counts one that runs for as long as it lives.
class Running {
 public:
  explicit Running(int& count) : count_(count) { ++count_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { --count_; }

 private:
  int& count_;
};

}  // namespace

Task<Result<CheckReport>> ClusterStoreCheck::check(Store store) {
  const auto* engine = catalogue_.find(store.spec.engine);
  if (engine == nullptr || engine->check.steps.empty())
    co_return fail(ErrorCode::kInvalidArgument,
                   fmt::format("Stores of engine {} have no order test.", store.spec.engine));
  if (running_ >= kMostRunning)
    co_return fail(ErrorCode::kTooManyRequests,
                   fmt::format("{} order tests run already; try again in a moment.", kMostRunning));
  const Running running(running_);
  const auto secret = co_await insight_.admin_secret(store);
  if (!secret) co_return std::unexpected(secret.error());
  if (store.status.url.empty()) co_return fail(ErrorCode::kNotFound, "The store has no address yet.");
  probes::ScriptVariables variables{{"url", store.status.url.substr(0, store.status.url.size() - 1)},
                                    {"adminUser", secret->credentials.username},
                                    {"adminEmail", engines::admin_email(store, settings_)},
                                    {"adminPassword", secret->credentials.password}};
  if (!engine->login_path.empty())
    variables["loginPath"] =
        engines::login_target(*engine, secret->login_key, std::chrono::system_clock::now() + kLinkLifetime);
  co_return co_await prober_.run(store.status.url, engine->check.steps, std::move(variables),
                                 engine->check.leaves);
}

}  // namespace storefleet::cluster_ports
