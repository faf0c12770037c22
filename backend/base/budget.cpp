#include "base/budget.hpp"

namespace storefleet::inline base {

struct BudgetUse {
  std::size_t total = 0;
  std::unordered_map<std::string, std::size_t> by_holder;
  std::uint64_t refused_holder = 0;
  std::uint64_t refused_total = 0;
};

Budget::Lease::~Lease() {
  if (!use_) return;
  use_->total -= amount_;
  const auto found = use_->by_holder.find(holder_);
  found->second -= amount_;
  if (found->second == 0) use_->by_holder.erase(found);
}

Budget::Budget(Allowance allowance) : allowance_(allowance), use_(std::make_shared<BudgetUse>()) {}

std::expected<Budget::Lease, Exhausted> Budget::take(const std::string& holder, std::size_t amount) {
  // Compared by subtraction: an amount that a caller named must not wrap around.
  if (amount > allowance_.each || used_by(holder) > allowance_.each - amount) {
    ++use_->refused_holder;
    return std::unexpected(Exhausted::kHolder);
  }
  if (amount > allowance_.total || use_->total > allowance_.total - amount) {
    ++use_->refused_total;
    return std::unexpected(Exhausted::kTotal);
  }
  Lease lease;
  if (amount == 0) return lease;
  use_->total += amount;
  use_->by_holder[holder] += amount;
  lease.use_ = use_;
  lease.holder_ = holder;
  lease.amount_ = amount;
  return lease;
}

std::size_t Budget::used() const {
  return use_->total;
}

std::size_t Budget::used_by(const std::string& holder) const {
  const auto found = use_->by_holder.find(holder);
  return found == use_->by_holder.end() ? 0 : found->second;
}

std::uint64_t Budget::refused(Exhausted why) const {
  return why == Exhausted::kHolder ? use_->refused_holder : use_->refused_total;
}

}  // namespace storefleet::inline base
