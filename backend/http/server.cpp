#include "http/server.hpp"

#include <tuple>
#include <unordered_map>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/log.hpp"
#include "http/session.hpp"

namespace storefleet::http {

using asio::ip::tcp;

namespace {

/// One read takes so much; all sessions read into the same memory, since what was read is parsed at once.
constexpr std::size_t kReadBytes = 8192;

std::string peer_address(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address.to_string();
}

}  // namespace

class Server::Listener {
 public:
  Listener(const asio::any_io_executor& executor, ServerOptions options, Handler handler)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(executor),
        session_ended_(executor),
        table_(options_.connections),
        accepting_(executor),
        serving_(executor) {}

  Result<void> listen() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error)
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not an IP address", options_.address));
    const tcp::endpoint endpoint(address, options_.port);
    try {
      acceptor_.open(endpoint.protocol());
      if (address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    } catch (const boost::system::system_error& failure) {
      std::ignore = acceptor_.close(error);
      return fail(ErrorCode::kUnavailable, fmt::format("cannot listen on {} port {}: {}", options_.address,
                                                       options_.port, failure.code().message()));
    }
    accepting_.spawn("http accept", accept());
    return {};
  }

  [[nodiscard]] std::uint16_t port() const {
    boost::system::error_code error;
    const auto endpoint = acceptor_.local_endpoint(error);
    return error ? std::uint16_t{0} : endpoint.port();
  }

  [[nodiscard]] std::size_t open_connections() const { return sessions_.size(); }
  [[nodiscard]] const ConnectionTable& table() const { return table_; }

  Task<void> stop(std::chrono::milliseconds deadline) {
    boost::system::error_code ignored;
    std::ignore = acceptor_.close(ignored);
    accepting_.cancel();
    co_await accepting_.join();
    for (auto& [id, session] : sessions_) session->drain();
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!sessions_.empty() && std::chrono::steady_clock::now() < until) {
      session_ended_.expires_at(until);
      co_await session_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (!sessions_.empty())
      log_warning("http connections were cut", {{"count", std::to_string(sessions_.size())}});
    serving_.cancel();
    co_await serving_.join();
  }

 private:
  Task<void> accept() {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      if (error) {  // out of descriptors, most likely
        log_warning("cannot accept a connection", {{"error", error.message()}});
        co_await sleep_for(std::chrono::milliseconds(100));
        continue;
      }
      take_in(std::move(socket));
    }
  }

  void take_in(tcp::socket socket) {
    const auto address = peer_address(socket);
    const bool proxy = options_.is_proxy && options_.is_proxy(address);
    const auto verdict =
        table_.open(address, proxy ? ConnectionTable::Peer::kProxy : ConnectionTable::Peer::kClient,
                    ConnectionTable::Clock::now());
    if (verdict.evicted) sessions_.at(*verdict.evicted)->evict();
    if (!verdict.admitted) return;  // closes it
    const auto id = *verdict.admitted;
    auto session = std::make_unique<Session>(
        std::move(socket), address,
        Session::Surroundings{.options = options_, .handler = handler_, .table = table_, .buffer = buffer_},
        id);
    sessions_.emplace(id, std::move(session));
    serving_.spawn("http session", serve(id));
  }

  Task<void> serve(ConnectionTable::Id id) {
    try {
      co_await sessions_.at(id)->run();
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted)
        log_error("an http session failed", {{"error", error.what()}});
    }
    sessions_.erase(id);
    table_.close(id);
    session_ended_.cancel();
  }

  ServerOptions options_;
  Handler handler_;
  tcp::acceptor acceptor_;
  asio::steady_timer session_ended_;
  ConnectionTable table_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
  std::unordered_map<ConnectionTable::Id, std::unique_ptr<Session>> sessions_;
  TaskScope accepting_;
  TaskScope serving_;
};

Server::Server(const asio::any_io_executor& executor, ServerOptions options, Handler handler)
    : listener_(std::make_unique<Listener>(executor, std::move(options), std::move(handler))) {}

Server::~Server() = default;

Result<void> Server::listen() {
  return listener_->listen();
}

std::uint16_t Server::port() const {
  return listener_->port();
}

std::size_t Server::open_connections() const {
  return listener_->open_connections();
}

std::uint64_t Server::evicted_connections() const {
  return listener_->table().evicted();
}

std::uint64_t Server::refused_connections() const {
  return listener_->table().refused();
}

Task<void> Server::stop(std::chrono::milliseconds deadline) {
  co_await listener_->stop(deadline);
}

}  // namespace storefleet::http
