#include "probes/isolation.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "http/testing.hpp"

namespace storefleet::probes {
namespace {

using enum ConnectionOutcome;
using asio::ip::tcp;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

IsolationSight sight_of(ConnectionOutcome before, ConnectionOutcome forbidden, ConnectionOutcome after,
                        ProbeEgress egress, bool listens = true) {
  return {.allowed_before = before,
          .forbidden = forbidden,
          .allowed_after = after,
          .forbidden_listens = listens,
          .egress = egress,
          .address = "10.1.2.3",
          .egress_target = "10.96.0.1:443"};
}

TEST(Isolation, WhatASightProves) {
  using enum ProbeEgress;
  struct Row {
    const char* what;
    IsolationSight sight;
    IsolationState state;
  };
  const std::vector<Row> rows = {
      {"as policies say", sight_of(kGreeted, kNone, kGreeted, kClosed), IsolationState::kEnforced},
      {"it arrived", sight_of(kGreeted, kGreeted, kGreeted, kClosed), IsolationState::kNotEnforced},
      {"it arrived, whatever else", sight_of(kNone, kGreeted, kNone, ProbeEgress::kUnknown),
       IsolationState::kNotEnforced},
      {"nobody there", sight_of(kNone, kNone, kNone, ProbeEgress::kUnknown), IsolationState::kUnknown},
      {"gone meanwhile", sight_of(kGreeted, kNone, kNone, kClosed), IsolationState::kUnknown},
      {"another pod by then", sight_of(kGreeted, kNone, kStrange, kClosed), IsolationState::kUnknown},
      {"it gets out", sight_of(kGreeted, kNone, kGreeted, kOpen), IsolationState::kNotEnforced},
      {"somebody else's port", sight_of(kGreeted, kStrange, kGreeted, kClosed), IsolationState::kUnknown},
      {"would not listen anyway", sight_of(kGreeted, kNone, kGreeted, kClosed, false),
       IsolationState::kUnknown},
      {"does not say", sight_of(kGreeted, kNone, kGreeted, ProbeEgress::kUnknown), IsolationState::kUnknown},
  };
  for (const auto& row : rows) {
    const auto finding = judge(row.sight);
    EXPECT_EQ(to_string(finding.state), to_string(row.state)) << row.what;
    EXPECT_FALSE(finding.evidence.empty()) << row.what;
  }
  EXPECT_THAT(judge(rows[1].sight).evidence, HasSubstr("10.1.2.3"));
  EXPECT_THAT(judge(rows[6].sight).evidence, HasSubstr("10.96.0.1:443"));
}

/// Both ends for real, on the loopback device.
class IsolationWire : public ::testing::Test {
 protected:
  /// A port that nobody listens on (any more).
  std::uint16_t free_port() {
    tcp::acceptor acceptor(context_, tcp::endpoint(tcp::v4(), 0));
    return acceptor.local_endpoint().port();
  }

  void listen(IsolationListener::Options options, bool forbidden) {
    options.patience = milliseconds(200);
    listener_.emplace(std::move(options));
    scope_.spawn("allowed", ended(listener_->serve_allowed()));
    if (forbidden) scope_.spawn("forbidden", ended(listener_->serve_forbidden()));
  }

  static Task<void> ended(Task<Result<void>> task) {
    const auto result = co_await std::move(task);
    EXPECT_TRUE(result) << result.error().message;
  }

  IsolationSight look(std::uint16_t allowed, std::uint16_t forbidden) {
    TcpIsolationProbe probe(
        {.allowed_port = allowed, .forbidden_port = forbidden, .patience = milliseconds(1000)});
    IsolationSight seen;
    storefleet::testing::run(context_, looked(probe, seen));
    return seen;
  }

  static Task<void> looked(IsolationProbe& probe, IsolationSight& seen) {
    seen = co_await probe.look("127.0.0.1");
  }

  void TearDown() override {
    scope_.cancel();
    storefleet::testing::run(context_, scope_.join());
  }

  asio::io_context context_{1};
  std::optional<IsolationListener> listener_;
  TaskScope scope_{context_.get_executor()};
};

TEST_F(IsolationWire, WithoutAPolicyTheForbiddenConnectionArrives) {
  const auto allowed = free_port();
  const auto forbidden = free_port();
  listen({.allowed_port = allowed, .forbidden_port = forbidden}, true);
  const auto seen = look(allowed, forbidden);
  EXPECT_EQ(seen.forbidden, kGreeted);
  EXPECT_EQ(judge(seen).state, IsolationState::kNotEnforced);
}

TEST_F(IsolationWire, AClosedPortIsNoneAndThePodSaysThatItDoesNotListen) {
  const auto allowed = free_port();
  const auto forbidden = free_port();
  listen({.allowed_port = allowed, .forbidden_port = forbidden}, false);
  const auto seen = look(allowed, forbidden);
  EXPECT_EQ(seen.allowed_before, kGreeted);
  EXPECT_EQ(seen.forbidden, kNone);
  EXPECT_EQ(seen.allowed_after, kGreeted);
  EXPECT_FALSE(seen.forbidden_listens);
  EXPECT_EQ(seen.egress, ProbeEgress::kUnknown);
}

TEST_F(IsolationWire, ThePodSaysWhetherItGetsOut) {
  const auto allowed = free_port();
  const auto forbidden = free_port();
  tcp::acceptor api_server(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto open = api_server.local_endpoint().port();
  listen(
      {.allowed_port = allowed, .forbidden_port = forbidden, .egress_host = "127.0.0.1", .egress_port = open},
      true);
  auto seen = look(allowed, forbidden);
  EXPECT_TRUE(seen.forbidden_listens);
  EXPECT_EQ(seen.egress, ProbeEgress::kOpen);
  EXPECT_EQ(seen.egress_target, fmt::format("127.0.0.1:{}", open));
  api_server.close();
  EXPECT_EQ(look(allowed, forbidden).egress, ProbeEgress::kClosed);
}

TEST_F(IsolationWire, WhoSaysSomethingElseIsNotTheProbePod) {
  const auto nobody = free_port();
  tcp::acceptor silent(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto port = silent.local_endpoint().port();
  const auto seen = look(port, nobody);
  EXPECT_EQ(seen.allowed_before, kStrange) << "it takes connections and says nothing";
  EXPECT_EQ(judge(seen).state, IsolationState::kUnknown);
}

}  // namespace
}  // namespace storefleet::probes
