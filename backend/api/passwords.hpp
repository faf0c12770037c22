#pragma once
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet {

inline constexpr std::size_t kMinPasswordLength = 12;
inline constexpr std::size_t kMaxPasswordLength = 256;

/// Argon2id (RFC 9106) with libsodium's parameters for interactive logins: 64 MiB and some 50 ms each, one
/// after the other on a thread of its own. TooManyRequests where so many wait that the last would wait for
/// seconds. Call from one thread; must outlive every call.
class Passwords {
 public:
  Passwords();
  ~Passwords();

  Task<Result<std::string>> hash(std::string password);
  /// An empty hash costs as much as a real one and fits nothing: who asks for an unknown user waits as long.
  Task<Result<bool>> fits(std::string password, std::string hash);

 private:
  asio::thread_pool thread_{1};
  int waiting_ = 0;
  std::string nobodys_hash_;
};

/// The same hash at once; for the start of the program.
Result<std::string> hash_password(const std::string& password);

}  // namespace storefleet
