#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace storefleet::http {

/// Whose share a connection from that address is: an IPv4 address, or the /64 network of an IPv6 one, of
/// which one customer has 2^64.
std::string address_share(const std::string& address);

struct ConnectionLimits {
  std::size_t total = 4096;
  std::size_t reserve = 256;  // of the total, for proxies alone
  std::size_t each = 512;     // of one address that is no proxy's; a proxy's peers are many people
};

/// Which connection has to go for a new one. What waits for its client can go, and the longest wait goes
/// first; what is being worked on cannot. Pure; one thread.
class ConnectionTable {
 public:
  using Clock = std::chrono::steady_clock;
  using Id = std::uint64_t;

  enum class Peer { kClient, kProxy };
  /// Idle: no request was begun. Halfway: the rest of a request has not come, or its answer is not taken;
  /// these go before idle ones, since a kept connection of a browser is worth more.
  enum class Waiting { kNo, kIdle, kHalfway };

  struct Verdict {
    std::optional<Id> admitted;      // nothing: the new one is closed
    std::optional<Id> evicted = {};  // to be closed for it
  };

  explicit ConnectionTable(ConnectionLimits limits) : limits_(limits) {}

  /// A new connection; it counts, and waits for its first request, from here on.
  Verdict open(const std::string& address, Peer peer, Clock::time_point now);
  void set_waiting(Id id, Waiting waiting, Clock::time_point now);
  /// Also after it was evicted: only then its place is free.
  void close(Id id);

  [[nodiscard]] std::size_t size() const { return connections_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  struct Connection {
    std::string share;
    Waiting waiting = Waiting::kIdle;
    Clock::time_point since;
    bool evicted = false;  // closing, and as good as gone
  };
  [[nodiscard]] std::optional<Id> longest_waiting(const std::string& share) const;
  [[nodiscard]] std::optional<Id> of_the_largest() const;
  void evict(Id id);

  ConnectionLimits limits_;
  std::map<Id, Connection> connections_;
  std::unordered_map<std::string, std::size_t> count_;  // by share, of those that are not evicted
  std::size_t live_ = 0;
  Id next_ = 1;
  std::uint64_t evicted_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace storefleet::http
