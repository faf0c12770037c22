#include "http/transport.hpp"

#include <cerrno>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace storefleet::http {
namespace {

using asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

Error io_error(std::string_view doing, const boost::system::error_code& error) {
  if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor)
    return {ErrorCode::kCancelled, fmt::format("{} was cancelled", doing)};
  return {ErrorCode::kUnavailable, fmt::format("{} failed: {}", doing, error.message())};
}

std::unexpected<Error> io_failure(std::string_view doing, const boost::system::error_code& error) {
  return std::unexpected(io_error(doing, error));
}

/// A watch may be silent for minutes: without this, a peer that vanished (a node lost power) goes unnoticed.
void notice_dead_peer(tcp::socket& socket) {
  boost::system::error_code ignored;
  std::ignore = socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const std::pair<int, int> settings[] = {
      {TCP_KEEPIDLE, 15}, {TCP_KEEPINTVL, 5}, {TCP_KEEPCNT, 3}, {TCP_USER_TIMEOUT, 30'000}};
  for (const auto& [name, value] : settings)
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof(value));
}

bool is_end(const boost::system::error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

}  // namespace

Transport::Transport(const asio::any_io_executor& executor, asio::ssl::context* tls) {
  if (tls != nullptr) {
    tls_.emplace(executor, *tls);
  } else {
    plain_.emplace(executor);
  }
}

Transport::Transport(tcp::socket socket) : plain_(std::move(socket)) {
  boost::system::error_code ignored;
  std::ignore = plain_->non_blocking(true, ignored);  // read_when_ready() must never wait inside a read
}

tcp::socket& Transport::socket() {
  return tls_ ? tls_->next_layer() : *plain_;
}

Task<Result<void>> Transport::connect(tcp::endpoint endpoint) {
  const auto [error] = co_await socket().async_connect(endpoint, kTuple);
  if (error) co_return io_failure("connecting", error);
  boost::system::error_code ignored;
  std::ignore = socket().set_option(tcp::no_delay(true), ignored);
  notice_dead_peer(socket());
  co_return Result<void>{};
}

Task<Result<void>> Transport::handshake(std::string server_name, TlsVerification verification) {
  if (!tls_) co_return Result<void>{};
  boost::system::error_code not_an_address;
  asio::ip::make_address(server_name, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), server_name.c_str());
  if (verification == TlsVerification::kPeerAndName) {
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification(server_name));
  } else {
    tls_->set_verify_mode(asio::ssl::verify_none);
  }
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kTuple);
  if (error) co_return io_failure("the TLS handshake", error);
  co_return Result<void>{};
}

Task<Result<std::size_t>> Transport::read_some(std::span<char> buffer) {
  const auto target = asio::buffer(buffer.data(), buffer.size());
  boost::system::error_code error;
  std::size_t count = 0;
  if (tls_) {
    std::tie(error, count) = co_await tls_->async_read_some(target, kTuple);
  } else {
    std::tie(error, count) = co_await plain_->async_read_some(target, kTuple);
  }
  if (is_end(error)) co_return std::size_t{0};
  if (error) co_return io_failure("reading", error);
  co_return count;
}

Task<Result<std::size_t>> Transport::read_when_ready(std::span<char> buffer) {
  while (true) {
    const auto [waited] = co_await plain_->async_wait(tcp::socket::wait_read, kTuple);
    if (waited) co_return io_failure("reading", waited);
    boost::system::error_code error;
    const auto count = plain_->read_some(asio::buffer(buffer.data(), buffer.size()), error);
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (is_end(error)) co_return std::size_t{0};
    if (error) co_return io_failure("reading", error);
    co_return count;
  }
}

Task<Result<void>> Transport::write(std::string_view first, std::string_view second) {
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
  boost::system::error_code error;
  std::size_t count = 0;
  if (tls_) {
    std::tie(error, count) = co_await asio::async_write(*tls_, buffers, kTuple);
  } else {
    std::tie(error, count) = co_await asio::async_write(*plain_, buffers, kTuple);
  }
  if (error) co_return io_failure("writing", error);
  co_return Result<void>{};
}

void Transport::reset_on_close() {
  boost::system::error_code ignored;
  std::ignore = socket().set_option(asio::socket_base::linger(true, 0), ignored);
}

bool Transport::looks_alive() {
  char byte = 0;
  const auto got = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Transport::close() {
  boost::system::error_code ignored;
  std::ignore = socket().shutdown(tcp::socket::shutdown_both, ignored);
  std::ignore = socket().close(ignored);
}

Watchdog::Watchdog(const asio::any_io_executor& executor, Transport& transport)
    : state_(std::make_shared<State>(State{asio::steady_timer(executor), &transport})) {}

Watchdog::~Watchdog() {
  state_->transport = nullptr;
  state_->timer.cancel();
}

void Watchdog::arm(std::chrono::steady_clock::time_point when) {
  state_->timer.expires_at(when);
  state_->timer.async_wait([state = state_](const boost::system::error_code& error) {
    // A timer that was moved after it fired has queued this without an error: look at the time it has now.
    if (error || state->transport == nullptr) return;
    if (state->timer.expiry() > std::chrono::steady_clock::now()) return;
    state->expired = true;
    state->transport->close();
  });
}

void Watchdog::disarm() {
  state_->timer.expires_at(std::chrono::steady_clock::time_point::max());
}

Error Watchdog::explain(Error error) const {
  if (!expired()) return error;
  return {ErrorCode::kDeadlineExceeded, "no answer before the deadline"};
}

Task<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port,
                                                 std::chrono::steady_clock::time_point until) {
  std::vector<tcp::endpoint> endpoints;
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  struct State {
    tcp::resolver resolver;
    asio::steady_timer done;
    std::optional<boost::system::error_code> error = {};
    tcp::resolver::results_type found = {};
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto state =
      std::make_shared<State>(State{tcp::resolver(executor), asio::steady_timer(executor, until)});
  // The state outlives this coroutine if the resolver does: getaddrinfo cannot be interrupted.
  state->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                [state](const boost::system::error_code& error, const auto& found) {
                                  state->error = error;
                                  state->found = found;
                                  state->done.cancel();
                                });
  const auto [woken] = co_await state->done.async_wait(kTuple);
  if (!state->error) {
    state->resolver.cancel();
    if (woken) co_return fail(ErrorCode::kCancelled, "resolving was cancelled");
    co_return fail(ErrorCode::kDeadlineExceeded, fmt::format("resolving {} took too long", host));
  }
  if (*state->error)
    co_return fail(ErrorCode::kUnavailable,
                   fmt::format("cannot resolve {}: {}", host, state->error->message()));
  for (const auto& entry : state->found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const TlsOptions& options) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  try {
    if (options.ca_pem.empty()) {
      context->set_default_verify_paths();
    } else {
      context->add_certificate_authority(asio::buffer(options.ca_pem));
    }
  } catch (const boost::system::system_error& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("cannot read the CA certificate: {}", error.code().message()));
  }
  if (options.certificate_pem.empty()) return context;
  try {
    context->use_certificate_chain(asio::buffer(options.certificate_pem));
    context->use_private_key(asio::buffer(options.key_pem), asio::ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("cannot read the client certificate or its key: {}", error.code().message()));
  }
  return context;
}

}  // namespace storefleet::http
