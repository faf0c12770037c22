// In place of http/client.cpp: requests go to the simulated world instead of to sockets. The linker takes
// this one, since it meets it first; everything above http::Client is what is released.
#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/client.hpp"
#include "simulation/exchange.hpp"

namespace storefleet::simulation {

Network*& current_network() {
  thread_local Network* here = nullptr;
  return here;
}

}  // namespace storefleet::simulation

namespace storefleet::http {
namespace {

using simulation::Answering;
using simulation::current_network;
using simulation::Exchange;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

class Client::Pool {
 public:
  Pool(asio::any_io_executor executor, std::string host, decltype(ClientOptions::permit) permit)
      : executor_(std::move(executor)), host_(std::move(host)), permit_(std::move(permit)) {}

  /// Leave for a request, of which there always is one for a client without such a rule.
  [[nodiscard]] Result<Permit> ask(const Request& request) const {
    if (permit_) return permit_(request);
    return Permit{.at_most = std::chrono::hours(1)};
  }
  [[nodiscard]] std::shared_ptr<Exchange> begin(Request request, Answering answering) const {
    auto exchange = std::make_shared<Exchange>(executor_);
    current_network()->send(host_, std::move(request), exchange, answering);
    return exchange;
  }

 private:
  asio::any_io_executor executor_;
  std::string host_;
  decltype(ClientOptions::permit) permit_;
};

Client::Client(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(asio::any_io_executor executor, ClientOptions options) {
  auto pool = std::make_unique<Pool>(std::move(executor), std::move(options.host), std::move(options.permit));
  return std::unique_ptr<Client>(new Client(std::move(pool)));
}

std::size_t Client::open_connections() const {
  return 0;
}

Task<Result<Response>> Client::send(Request request, std::chrono::milliseconds deadline) {
  const auto permit = pool_->ask(request);
  if (!permit) co_return std::unexpected(permit.error());
  const auto exchange = pool_->begin(std::move(request), Answering::kOnce);
  exchange->done.expires_after(std::min(deadline, permit->at_most));
  const auto [error] = co_await exchange->done.async_wait(kAwait);
  if (exchange->result) co_return *std::move(exchange->result);
  if (error) co_return fail(ErrorCode::kCancelled, "the call was cancelled");
  co_return fail(ErrorCode::kDeadlineExceeded, "no answer in time");
}

Task<Result<Response>> Client::stream(Request request, StreamDeadlines deadlines,
                                      std::function<bool(std::string_view)> on_chunk) {
  const auto permit = pool_->ask(request);
  if (!permit) co_return std::unexpected(permit.error());
  const auto exchange = pool_->begin(std::move(request), Answering::kStream);
  exchange->done.expires_after(deadlines.head);
  while (true) {
    const auto [error] = co_await exchange->done.async_wait(kAwait);
    const bool silent = exchange->pieces.empty() && !exchange->result;
    if (silent && error) co_return fail(ErrorCode::kCancelled, "the call was cancelled");
    if (silent) co_return fail(ErrorCode::kDeadlineExceeded, "nothing came in time");
    while (!exchange->pieces.empty()) {
      const auto piece = std::move(exchange->pieces.front());
      exchange->pieces.pop_front();
      if (!on_chunk(piece)) co_return Response{};
    }
    if (exchange->result) co_return *std::move(exchange->result);
    exchange->done.expires_after(deadlines.idle);
  }
}

}  // namespace storefleet::http
