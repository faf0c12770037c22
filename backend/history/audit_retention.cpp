#include "history/audit_retention.hpp"

#include "base/every.hpp"
#include "base/log.hpp"

namespace storefleet::history {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 5min;
constexpr auto kInterval = 1h;
constexpr std::size_t kBatch = 1000;

}  // namespace

Task<Result<std::size_t>> AuditRetention::pass(TimePoint now) {
  std::size_t total = 0;
  while (true) {
    const auto deleted = co_await audit_.prune(now - keep_, kBatch);
    if (!deleted) co_return std::unexpected(deleted.error());
    total += *deleted;
    if (*deleted < kBatch) co_return total;
  }
}

Task<void> AuditRetention::pass_now() {
  const auto deleted = co_await pass(std::chrono::system_clock::now());
  if (!deleted)
    log_warning("old audit entries could not be deleted", {{"error", deleted.error().message}});
  else if (*deleted > 0)
    log_info("old audit entries deleted", {{"entries", std::to_string(*deleted)}});
}

Task<void> AuditRetention::run() {
  return every(kFirst, kInterval, [this] { return pass_now(); });
}

}  // namespace storefleet::history
