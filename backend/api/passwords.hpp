#pragma once
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "api/limits.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::api {

inline constexpr std::size_t kMinPasswordLength = 12;
inline constexpr std::size_t kMaxPasswordLength = 256;

/// Argon2id (RFC 9106) with libsodium's parameters for interactive logins: 64 MiB and some 50 ms each, one
/// after the other on a thread of its own, which yields to the one that answers requests. TooManyRequests
/// where so many wait that the last would wait for seconds, or as many of one caller as may. Call from one
/// thread; must outlive every call.
class Passwords {
 public:
  explicit Passwords(Allowance waiting = Limits{}.hashing);
  ~Passwords();

  /// `caller` says whose share of the queue it takes: an address, or a user.
  Task<Result<std::string>> hash(std::string password, std::string caller = {});
  /// An empty hash costs as much as a real one and fits nothing: who asks for an unknown user waits as long.
  Task<Result<bool>> fits(std::string password, std::string hash, std::string caller = {});

  [[nodiscard]] const Budget& queue() const { return queue_; }

 private:
  Budget queue_;
  asio::thread_pool thread_{1};
  std::string nobodys_hash_;
};

/// The same hash at once; for the start of the program.
Result<std::string> hash_password(const std::string& password);

}  // namespace storefleet::api
