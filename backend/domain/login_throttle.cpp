#include "domain/login_throttle.hpp"

#include <algorithm>

namespace storefleet::inline domain {
namespace {

using std::chrono::ceil;
using std::chrono::seconds;

std::size_t within_window(const std::vector<TimePoint>& failures, TimePoint now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(failures, [now](TimePoint at) { return now - at < kLoginWindow; }));
}

/// How long until fewer than `most` are within the window; zero where it is so.
seconds until_free(const std::vector<TimePoint>& failures, std::size_t most, TimePoint now) {
  if (within_window(failures, now) < most) return seconds(0);
  return std::max(seconds(1), ceil<seconds>(failures[most - 1] + kLoginWindow - now));
}

}  // namespace

std::string address_key(const std::string& prefix) {
  return "address/" + prefix;
}

LoginKeys keys_of(const LoginTry& login) {
  return {.name = "name/" + login.name,
          .address = address_key(login.address),
          .pair = "pair/" + login.address + "/" + login.name,
          .trusted = login.trusted.empty() ? std::string() : "trusted/" + login.trusted};
}

LoginVerdict judge_login(const LoginKeys& keys, const RecentFailures& failures, TimePoint now) {
  if (!keys.trusted.empty() && within_window(failures.trusted, now) < kMostFailuresOfPair)
    return {.allowed = true, .standing = TryStanding::kTrusted};
  const auto wait = std::max(until_free(failures.pair, kMostFailuresOfPair, now),
                             until_free(failures.address, kMostFailuresOfAddress, now));
  if (wait > seconds(0)) return {.allowed = false, .retry_after = wait};
  const auto of_name = within_window(failures.name, now);
  const auto counted = of_name > kFreeFailuresOfName ? of_name - kFreeFailuresOfName : 0;
  return {.allowed = true, .delay = std::min(kLongestDelay, kDelayPerFailure * static_cast<int>(counted))};
}

std::vector<std::string> counted_keys(const LoginKeys& keys, TryStanding standing) {
  if (standing == TryStanding::kTrusted) return {keys.trusted, keys.name};
  return {keys.pair, keys.address, keys.name};
}

}  // namespace storefleet::inline domain
