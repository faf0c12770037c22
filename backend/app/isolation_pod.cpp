#include "app/isolation_pod.hpp"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "probes/isolation.hpp"

namespace storefleet::app {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

/// Where the kubelet says that the API server is.
probes::IsolationListener::Options options() {
  probes::IsolationListener::Options options;
  const auto port = variable("KUBERNETES_SERVICE_PORT");
  std::from_chars(port.data(), port.data() + port.size(), options.egress_port);
  if (options.egress_port != 0) options.egress_host = variable("KUBERNETES_SERVICE_HOST");
  return options;
}

class IsolationPod {
 public:
  int run() {
    std::signal(SIGPIPE, SIG_IGN);
    scope_.spawn("allowed port", serve(listener_.serve_allowed()));
    scope_.spawn("forbidden port", serve(listener_.serve_forbidden()));
    main_.spawn("stop", stop_on_signal());
    context_.run();
    return exit_code_;
  }

 private:
  Task<void> serve(Task<Result<void>> task) {
    const auto ended = co_await std::move(task);
    if (ended) co_return;
    log_error("the probe pod cannot listen", {{"error", ended.error().message}});
    exit_code_ = 1;
    signals_.cancel();
  }

  Task<void> stop_on_signal() {
    co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    scope_.cancel();
    co_await scope_.join();
  }

  asio::io_context context_{1};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  probes::IsolationListener listener_{options()};
  int exit_code_ = 0;
  TaskScope scope_{context_.get_executor()};
  TaskScope main_{context_.get_executor()};
};

}  // namespace

int run_isolation_pod() {
  configure_logging(LogLevel::kInfo, LogFormat::kJson);
  return IsolationPod().run();
}

}  // namespace storefleet::app
