#include "api/passwords.hpp"

#include <array>

#include <sodium.h>

#include "base/random.hpp"

namespace storefleet {
namespace {

constexpr int kMostWaiting = 40;  // two seconds' work

/// One of those who wait.
class Place {
 public:
  explicit Place(int& waiting) : waiting_(waiting) { ++waiting_; }
  ~Place() { --waiting_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  int& waiting_;
};

std::unexpected<Error> too_many() {
  return fail(ErrorCode::kTooManyRequests, "Too many people log in at this moment.");
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

Passwords::Passwords() : nobodys_hash_(hash_password(random_password(32)).value_or("")) {}

Passwords::~Passwords() {
  thread_.join();
}

Task<Result<std::string>> Passwords::hash(std::string password) {
  const Place place(waiting_);
  if (waiting_ > kMostWaiting) co_return too_many();
  co_return co_await run_blocking(thread_,
                                  [password = std::move(password)] { return hash_password(password); });
}

Task<Result<bool>> Passwords::fits(std::string password, std::string hash) {
  const Place place(waiting_);
  if (waiting_ > kMostWaiting) co_return too_many();
  const bool nobody = hash.empty();
  co_return co_await run_blocking(
      thread_, [password = std::move(password), nobody, known = nobody ? nobodys_hash_ : std::move(hash)] {
        return crypto_pwhash_str_verify(known.c_str(), password.data(), password.size()) == 0 && !nobody;
      });
}

}  // namespace storefleet
