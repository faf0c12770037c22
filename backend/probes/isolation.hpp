#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "domain/isolation.hpp"

/// The probe pod listens on two ports in a namespace of its own. Its NetworkPolicy lets the controller's pod
/// in on one of them and nobody on the other, and lets the probe pod open no connection at all. The first
/// port is the control: it answers before and after, and says that the second one listens, so without the
/// policy that would answer too.
namespace storefleet::probes {

inline constexpr std::uint16_t kProbeAllowedPort = 7001;
inline constexpr std::uint16_t kProbeForbiddenPort = 7002;

/// What the probe pod says first, so that nobody else is taken for it.
inline constexpr std::string_view kProbeGreeting = "storefleet-isolation";

/// What became of a connection.
enum class ConnectionOutcome {
  kNone,     // it did not open in time
  kStrange,  // it opened, but what answers is not the probe pod
  kGreeted,
};

/// Whether the probe pod, which may connect to nobody, reached the API server.
enum class ProbeEgress { kUnknown, kClosed, kOpen };

/// What one look at the probe pod showed.
struct IsolationSight {
  ConnectionOutcome allowed_before = ConnectionOutcome::kNone;
  ConnectionOutcome forbidden = ConnectionOutcome::kNone;
  ConnectionOutcome allowed_after = ConnectionOutcome::kNone;
  bool forbidden_listens =
      false;  // the probe pod reaches its own port inside the pod, where no policy counts
  ProbeEgress egress = ProbeEgress::kUnknown;
  std::string address = {};        // of the probe pod
  std::string egress_target = {};  // of the API server, as the probe pod says
};

struct IsolationFinding {
  IsolationState state = IsolationState::kUnknown;
  std::string evidence;
};

/// What a sight proves. Pure.
IsolationFinding judge(const IsolationSight& sight);

/// Makes the connections. An interface so that tests need no pods.
class IsolationProbe {
 public:
  virtual ~IsolationProbe() = default;
  /// `address` is the probe pod's; takes at most some 15 s.
  virtual Task<IsolationSight> look(std::string address) = 0;
};

class TcpIsolationProbe : public IsolationProbe {
 public:
  struct Options {
    std::uint16_t allowed_port = kProbeAllowedPort;
    std::uint16_t forbidden_port = kProbeForbiddenPort;
    std::chrono::milliseconds patience{3000};  // a packet that a policy drops is never answered
  };
  TcpIsolationProbe() = default;
  explicit TcpIsolationProbe(Options options) : options_(options) {}
  Task<IsolationSight> look(std::string address) override;

 private:
  Options options_{};
};

/// The probe pod's part: greets everybody on both ports, one after the other, until cancelled. On the allowed
/// port it also says whether the forbidden one listens and whether it reaches the API server.
class IsolationListener {
 public:
  struct Options {
    std::uint16_t allowed_port = kProbeAllowedPort;
    std::uint16_t forbidden_port = kProbeForbiddenPort;
    std::string egress_host = {};  // empty: none is tried
    std::uint16_t egress_port = 0;
    std::chrono::milliseconds patience{1500};
  };
  explicit IsolationListener(Options options) : options_(std::move(options)) {}
  /// Serves one port until cancelled; fails where it cannot listen.
  Task<Result<void>> serve_allowed();
  Task<Result<void>> serve_forbidden();

 private:
  Options options_;
};

}  // namespace storefleet::probes
