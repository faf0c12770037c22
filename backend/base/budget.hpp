#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace storefleet::inline base {

/// How much of one thing may be in use at once: by all together, and by one of them.
struct Allowance {
  std::size_t total = 0;
  std::size_t each = 0;
};

/// Whose share is used up, so that no more can be given.
enum class Exhausted { kHolder, kTotal };

/// Counts what is in use of one thing, by whom. A holder is a short text such as "user/ada" or
/// "address/203.0.113.9"; one that holds nothing costs nothing. Leases may outlive the budget. One thread.
class Budget {
 public:
  /// What was taken; given back when it goes.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept { swap(other); }
    Lease& operator=(Lease&& other) noexcept {
      Lease taken(std::move(other));
      swap(taken);
      return *this;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

   private:
    friend class Budget;
    void swap(Lease& other) noexcept {
      std::swap(use_, other.use_);
      std::swap(holder_, other.holder_);
      std::swap(amount_, other.amount_);
    }
    std::shared_ptr<struct BudgetUse> use_;
    std::string holder_;
    std::size_t amount_ = 0;
  };

  explicit Budget(Allowance allowance);

  /// Takes so much for that holder, or tells whose share is used up: the holder's own counts first.
  std::expected<Lease, Exhausted> take(const std::string& holder, std::size_t amount = 1);

  [[nodiscard]] std::size_t used() const;
  [[nodiscard]] std::size_t used_by(const std::string& holder) const;
  [[nodiscard]] std::uint64_t refused(Exhausted why) const;
  [[nodiscard]] const Allowance& allowance() const { return allowance_; }

 private:
  Allowance allowance_;
  std::shared_ptr<struct BudgetUse> use_;
};

}  // namespace storefleet::inline base
