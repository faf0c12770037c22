#include "base/every.hpp"

namespace storefleet::inline base {

Task<void> every(std::chrono::milliseconds first, std::chrono::milliseconds interval,
                 std::function<Task<void>()> pass) {
  bool go_on = co_await sleep_for(first);
  while (go_on) {
    co_await pass();
    go_on = co_await sleep_for(interval);
  }
}

}  // namespace storefleet::inline base
