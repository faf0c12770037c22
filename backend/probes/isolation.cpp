#include "probes/isolation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace storefleet::probes {
namespace {

using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kLongestGreeting = 256;
constexpr auto kWritePatience = std::chrono::milliseconds(1000);

struct Answer {
  bool opened = false;
  std::string line;
};

/// The first line that whoever is there says; empty where nobody says one.
Task<std::string> first_line(tcp::socket& socket) {
  std::string text;
  auto buffer = asio::dynamic_buffer(text, kLongestGreeting);
  const auto [error, length] = co_await asio::async_read_until(socket, buffer, '\n', kTuple);
  co_return error ? std::string() : text.substr(0, length - 1);
}

enum class Want { kConnection, kLine };

Task<void> converse(tcp::socket& socket, tcp::endpoint peer, Want want, Answer& answer) {
  const auto [error] = co_await socket.async_connect(peer, kTuple);
  if (error) co_return;
  answer.opened = true;
  if (want == Want::kLine) answer.line = co_await first_line(socket);
}

/// Never longer than `patience`.
Task<Answer> call(std::string address, std::uint16_t port, Want want, std::chrono::milliseconds patience) {
  using namespace asio::experimental::awaitable_operators;
  Answer answer;
  boost::system::error_code not_an_address;
  const auto ip = asio::ip::make_address(address, not_an_address);
  if (not_an_address) co_return answer;
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  const tcp::endpoint peer(ip, port);
  auto talk = converse(socket, peer, want, answer);
  auto timeout = sleep_for(patience);
  co_await (std::move(talk) || std::move(timeout));
  co_return answer;
}

ConnectionOutcome connection_of(const Answer& answer) {
  if (!answer.opened) return ConnectionOutcome::kNone;
  return answer.line.starts_with(kProbeGreeting) ? ConnectionOutcome::kGreeted : ConnectionOutcome::kStrange;
}

/// "storefleet-isolation listens=yes egress=closed 10.96.0.1:443"
void read_report(const std::string& line, IsolationSight& sight) {
  sight.forbidden_listens = line.find(" listens=yes") != std::string::npos;
  constexpr std::string_view kMark = " egress=";
  const auto mark = line.find(kMark);
  if (mark == std::string::npos) return;
  const auto said = std::string_view(line).substr(mark + kMark.size());
  const auto space = said.find(' ');
  const auto word = said.substr(0, space);
  if (word == "open") sight.egress = ProbeEgress::kOpen;
  if (word == "closed") sight.egress = ProbeEgress::kClosed;
  if (space != std::string_view::npos) sight.egress_target = said.substr(space + 1);
}

Task<void> write_line(tcp::socket& socket, std::string line) {
  co_await asio::async_write(socket, asio::buffer(line), kTuple);
}

/// One visitor after the other: what nobody should reach needs no more.
template <class MakeLine>
Task<Result<void>> greet_on(std::uint16_t port, MakeLine make_line) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor);
  boost::system::error_code error;
  const tcp::endpoint any(tcp::v6(), port);  // of both families
  std::ignore = acceptor.open(any.protocol(), error);
  const bool v6 = !error;
  const tcp::endpoint endpoint = v6 ? any : tcp::endpoint(tcp::v4(), port);
  if (!v6) std::ignore = acceptor.open(endpoint.protocol(), error);
  boost::system::error_code ignored;
  if (v6) std::ignore = acceptor.set_option(asio::ip::v6_only(false), ignored);
  std::ignore = acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
  if (!error) std::ignore = acceptor.bind(endpoint, error);
  if (!error) std::ignore = acceptor.listen(16, error);
  if (error)
    co_return fail(ErrorCode::kUnavailable,
                   fmt::format("cannot listen on port {}: {}", port, error.message()));
  while (true) {
    auto [failed, socket] = co_await acceptor.async_accept(kTuple);
    if (failed == asio::error::operation_aborted) co_return Result<void>{};
    if (failed) {
      const bool go_on = co_await sleep_for(std::chrono::milliseconds(100));  // no descriptors, say
      if (!go_on) co_return Result<void>{};
      continue;
    }
    auto line = co_await make_line();
    auto writing = write_line(socket, std::move(line));
    auto timeout = sleep_for(kWritePatience);
    co_await (std::move(writing) || std::move(timeout));
    std::ignore = socket.shutdown(tcp::socket::shutdown_both, ignored);
  }
}

/// Called as a function object: coroutines here are never capturing lambdas.
struct AllowedLine {
  const IsolationListener::Options* options;

  Task<std::string> operator()() const {
    const auto own = co_await call("127.0.0.1", options->forbidden_port, Want::kLine, options->patience);
    const auto listens = connection_of(own) == ConnectionOutcome::kGreeted ? "yes" : "no";
    if (options->egress_host.empty())
      co_return fmt::format("{} listens={} egress=unknown\n", kProbeGreeting, listens);
    const auto answer =
        co_await call(options->egress_host, options->egress_port, Want::kConnection, options->patience);
    co_return fmt::format("{} listens={} egress={} {}:{}\n", kProbeGreeting, listens,
                          answer.opened ? "open" : "closed", options->egress_host, options->egress_port);
  }
};

struct ForbiddenLine {
  Task<std::string> operator()() const { co_return fmt::format("{}\n", kProbeGreeting); }
};

}  // namespace

IsolationFinding judge(const IsolationSight& sight) {
  using enum ConnectionOutcome;
  if (sight.forbidden == kGreeted)
    return {IsolationState::kNotEnforced,
            fmt::format(
                "A connection to port {} of the probe pod at {} arrived, though a NetworkPolicy forbids it.",
                kProbeForbiddenPort, sight.address)};
  if (sight.allowed_before != kGreeted || sight.allowed_after != kGreeted)
    return {IsolationState::kUnknown,
            fmt::format("The probe pod at {} does not answer on port {}, where a NetworkPolicy allows it: "
                        "that port {} is closed proves nothing.",
                        sight.address, kProbeAllowedPort, kProbeForbiddenPort)};
  if (sight.egress == ProbeEgress::kOpen)
    return {
        IsolationState::kNotEnforced,
        fmt::format(
            "The probe pod reached the API server at {}, though a NetworkPolicy lets it connect to nobody.",
            sight.egress_target)};
  if (sight.forbidden == kStrange)
    return {IsolationState::kUnknown,
            fmt::format("Port {} of the probe pod at {} opens, but not to the probe pod.",
                        kProbeForbiddenPort, sight.address)};
  if (!sight.forbidden_listens)
    return {IsolationState::kUnknown,
            fmt::format("The probe pod at {} does not listen on port {}: that it is closed proves nothing.",
                        sight.address, kProbeForbiddenPort)};
  if (sight.egress == ProbeEgress::kUnknown)
    return {IsolationState::kUnknown, "The probe pod does not say whether it reaches the API server."};
  return {IsolationState::kEnforced,
          fmt::format(
              "Of the probe pod at {}, port {} answers and port {} does not, as NetworkPolicies say; the pod "
              "does not reach the API server at {}.",
              sight.address, kProbeAllowedPort, kProbeForbiddenPort, sight.egress_target)};
}

Task<IsolationSight> TcpIsolationProbe::look(std::string address) {
  IsolationSight sight{.address = address};
  const auto before = co_await call(address, options_.allowed_port, Want::kLine, options_.patience);
  sight.allowed_before = connection_of(before);
  read_report(before.line, sight);
  const auto forbidden = co_await call(address, options_.forbidden_port, Want::kLine, options_.patience);
  sight.forbidden = connection_of(forbidden);
  const auto after = co_await call(address, options_.allowed_port, Want::kLine, options_.patience);
  sight.allowed_after = connection_of(after);
  co_return sight;
}

Task<Result<void>> IsolationListener::serve_allowed() {
  return greet_on(options_.allowed_port, AllowedLine{&options_});
}

Task<Result<void>> IsolationListener::serve_forbidden() {
  return greet_on(options_.forbidden_port, ForbiddenLine{});
}

}  // namespace storefleet::probes
