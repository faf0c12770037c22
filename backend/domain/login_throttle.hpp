#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/time.hpp"

/// How often somebody may guess a password: a pure decision about what has failed before. Nobody can lock
/// another one out: what is refused is only this name from this address, this device, or this address for all
/// names. Who guesses a name from many addresses slows the logins of that name from places that it does not
/// know, and no others.
namespace storefleet::inline domain {

/// Failures older than this are forgotten.
inline constexpr std::chrono::minutes kLoginWindow{15};
/// Most failures within the window of one name from one address, and of one trusted place.
inline constexpr std::size_t kMostFailuresOfPair = 10;
/// Most failures within the window of one address, whatever the names.
inline constexpr std::size_t kMostFailuresOfAddress = 50;
/// So many failures of a name, from wherever, slow nothing; each one more costs 100 ms, up to the longest
/// delay.
inline constexpr std::size_t kFreeFailuresOfName = 20;
inline constexpr std::chrono::milliseconds kDelayPerFailure{100};
inline constexpr std::chrono::milliseconds kLongestDelay{2000};
/// More failures of a name than these need not be read.
inline constexpr std::size_t kCountedFailuresOfName =
    kFreeFailuresOfName + static_cast<std::size_t>(kLongestDelay / kDelayPerFailure);

/// One try: who is claimed, from where. `name` and `trusted` are digests: what was typed as a name may be a
/// password.
struct LoginTry {
  std::string name;
  std::string address;       // prefix: an IPv4 address, or the first 64 bits of an IPv6 one
  std::string trusted = {};  // the session or remembered device of that very user; empty: none
};

/// Under what a try counts.
struct LoginKeys {
  std::string name;
  std::string address;
  std::string pair;
  std::string trusted;  // empty: none
};
LoginKeys keys_of(const LoginTry& login);
/// The key of an address alone, for failures that are of no name.
std::string address_key(const std::string& prefix);

/// When tries failed under each key of a try, newest first; those outside the window do not matter. Of each
/// key no more need be there than its limit.
struct RecentFailures {
  std::vector<TimePoint> name = {};
  std::vector<TimePoint> address = {};
  std::vector<TimePoint> pair = {};
  std::vector<TimePoint> trusted = {};
};

enum class TryStanding {
  kTrusted,  // by a session or device: counts there, not against the address
  kOrdinary,
};

struct LoginVerdict {
  bool allowed = false;
  TryStanding standing = TryStanding::kOrdinary;
  std::chrono::milliseconds delay{0};   // before the password is looked at
  std::chrono::seconds retry_after{0};  // where it is refused
};

/// Whether, and when, a password may be looked at. A trusted place that has failed too often is one like all
/// others.
LoginVerdict judge_login(const LoginKeys& keys, const RecentFailures& failures, TimePoint now);

/// The keys under which an allowed try counts as failed until it is known that it was right.
std::vector<std::string> counted_keys(const LoginKeys& keys, TryStanding standing);

}  // namespace storefleet::inline domain
