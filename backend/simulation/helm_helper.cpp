// In place of releases/helm_helper.cpp: the helper is a model instead of a process. The linker takes this
// one, since it meets it first.
#include "releases/helm_helper.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "simulation/helm.hpp"

namespace storefleet::releases {

HelmHelper::HelmHelper(asio::any_io_executor executor, Options options)
    : executor_(std::move(executor)), options_(std::move(options)), writers_(executor_) {}

HelmHelper::~HelmHelper() = default;

Task<void> HelmHelper::run() {
  bool go_on = true;
  while (go_on) go_on = co_await sleep_for(std::chrono::hours(1));
  simulation::current_helm()->stop();
}

Task<Result<void>> HelmHelper::call(std::string operation, std::string store_namespace, json::object fields) {
  const auto exchange = std::make_shared<simulation::Exchange>(executor_);
  exchange->done.expires_after(options_.deadline + std::chrono::seconds(5));
  simulation::current_helm()->begin(operation, std::move(store_namespace), std::move(fields), exchange);
  const auto [error] = co_await exchange->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (exchange->result && *exchange->result) co_return Result<void>{};
  if (exchange->result) co_return std::unexpected(exchange->result->error());
  if (error) co_return fail(ErrorCode::kCancelled, "cancelled");
  co_return fail(ErrorCode::kDeadlineExceeded, "Helm took too long");
}

Task<Result<void>> HelmHelper::install(std::string store_namespace, std::string /*chart*/,
                                       json::object values) {
  return call("install", std::move(store_namespace), std::move(values));
}

Task<Result<void>> HelmHelper::repair(std::string store_namespace, std::string /*chart*/,
                                      json::object values) {
  return call("upgrade", std::move(store_namespace), std::move(values));
}

Task<Result<void>> HelmHelper::uninstall(std::string store_namespace) {
  return call("uninstall", std::move(store_namespace), {});
}

}  // namespace storefleet::releases
