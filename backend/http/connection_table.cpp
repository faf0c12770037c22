#include "http/connection_table.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace storefleet::http {
namespace {

constexpr std::size_t kSharesLookedAt = 8;  // so that a full house costs little to find full

}  // namespace

std::string address_share(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error || !parsed.is_v6()) return address;
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::make_address_v6(bytes).to_string() + "/64";
}

std::optional<ConnectionTable::Id> ConnectionTable::longest_waiting(const std::string& share) const {
  std::optional<Id> found;
  const Connection* best = nullptr;
  for (const auto& [id, connection] : connections_) {
    if (connection.evicted || connection.waiting == Waiting::kNo || connection.share != share) continue;
    const bool better = best == nullptr || connection.waiting > best->waiting ||
                        (connection.waiting == best->waiting && connection.since < best->since);
    if (!better) continue;
    best = &connection;
    found = id;
  }
  return found;
}

std::optional<ConnectionTable::Id> ConnectionTable::of_the_largest() const {
  std::vector<std::pair<std::size_t, const std::string*>> shares;
  shares.reserve(count_.size());
  for (const auto& [share, count] : count_) shares.emplace_back(count, &share);
  std::ranges::sort(shares, [](const auto& left, const auto& right) {
    return std::tie(right.first, *left.second) < std::tie(left.first, *right.second);
  });
  if (shares.size() > kSharesLookedAt) shares.resize(kSharesLookedAt);
  for (const auto& [count, share] : shares)
    if (auto found = longest_waiting(*share)) return found;
  return std::nullopt;
}

void ConnectionTable::evict(Id id) {
  auto& connection = connections_.at(id);
  connection.evicted = true;
  --live_;
  if (--count_[connection.share] == 0) count_.erase(connection.share);
  ++evicted_;
}

ConnectionTable::Verdict ConnectionTable::open(const std::string& address, Peer peer, Clock::time_point now) {
  const auto share = address_share(address);
  const auto counted = count_.find(share);
  const std::size_t own = counted == count_.end() ? 0 : counted->second;
  const std::size_t most = peer == Peer::kProxy ? limits_.total : limits_.total - limits_.reserve;
  Verdict verdict;
  if (peer == Peer::kClient && own >= limits_.each) {
    verdict.evicted = longest_waiting(share);
  } else if (live_ >= most) {
    verdict.evicted = of_the_largest();
  } else {
    verdict.admitted = next_;
  }
  if (verdict.evicted) {
    evict(*verdict.evicted);
    verdict.admitted = next_;
  }
  if (!verdict.admitted) {
    ++refused_;
    return verdict;
  }
  connections_.emplace(next_++, Connection{.share = share, .since = now});
  ++count_[share];
  ++live_;
  return verdict;
}

void ConnectionTable::set_waiting(Id id, Waiting waiting, Clock::time_point now) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.waiting == waiting) return;
  found->second.waiting = waiting;
  found->second.since = now;
}

void ConnectionTable::close(Id id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (!found->second.evicted) {
    --live_;
    if (--count_[found->second.share] == 0) count_.erase(found->second.share);
  }
  connections_.erase(found);
}

}  // namespace storefleet::http
