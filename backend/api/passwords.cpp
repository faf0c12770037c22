#include "api/passwords.hpp"

#include <array>

#include <boost/asio/post.hpp>
#include <sodium.h>
#include <sys/resource.h>

#include "base/log.hpp"
#include "base/random.hpp"

namespace storefleet::api {
namespace {

constexpr int kNiceness = 10;

std::unexpected<Error> too_many(Exhausted why) {
  return fail(ErrorCode::kTooManyRequests, why == Exhausted::kHolder
                                               ? "Too many logins from your address wait at this moment."
                                               : "Too many people log in at this moment.");
}

}  // namespace

Result<std::string> hash_password(const std::string& password) {
  if (sodium_init() < 0) return fail(ErrorCode::kInternal, "libsodium cannot start");
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(ErrorCode::kUnavailable, "There is not enough memory to hash a password.");
  return std::string(hash.data());
}

Passwords::Passwords(Allowance waiting)
    : queue_(waiting), nobodys_hash_(hash_password(random_password(32)).value_or("")) {
  asio::post(thread_, [] {
    // Of this thread alone (Linux). Requests of people who are logged in go before logins.
    if (setpriority(PRIO_PROCESS, 0, kNiceness) != 0) log_warning("passwords are hashed at full priority");
  });
}

Passwords::~Passwords() {
  thread_.join();
}

Task<Result<std::string>> Passwords::hash(std::string password, std::string caller) {
  const auto place = queue_.take(caller);
  if (!place) co_return too_many(place.error());
  co_return co_await run_blocking(thread_,
                                  [password = std::move(password)] { return hash_password(password); });
}

Task<Result<bool>> Passwords::fits(std::string password, std::string hash, std::string caller) {
  const auto place = queue_.take(caller);
  if (!place) co_return too_many(place.error());
  const bool nobody = hash.empty();
  co_return co_await run_blocking(
      thread_, [password = std::move(password), nobody, known = nobody ? nobodys_hash_ : std::move(hash)] {
        return crypto_pwhash_str_verify(known.c_str(), password.data(), password.size()) == 0 && !nobody;
      });
}

}  // namespace storefleet::api
