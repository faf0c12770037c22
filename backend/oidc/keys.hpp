#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "base/json.hpp"
#include "base/result.hpp"

namespace storefleet::oidc {

/// The signature algorithms that are accepted (RFC 7518, 3.1): no others, above all not "none" and none
/// with a shared secret.
enum class SignatureAlgorithm { kRs256, kEs256 };

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name);

/// A provider's public signature keys (RFC 7517). Copies share the keys.
class KeySet {
 public:
  /// Leaves out what signs with none of our algorithms: other key types, curves and uses, RSA below 2048
  /// bits. InvalidArgument where the document is no key set.
  static Result<KeySet> parse(const json::value& document);

  /// Whether a signature that names this key could be checked. Without a name: whether exactly one key does
  /// this algorithm (OpenID Connect Core 1.0, 10.1).
  [[nodiscard]] bool has(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id) const;

  /// Whether `signature` (raw bytes as in RFC 7515) is that key's over `text`.
  [[nodiscard]] bool verifies(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id,
                              std::string_view text, std::string_view signature) const;

  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Key {
    std::optional<std::string> id;
    SignatureAlgorithm algorithm = SignatureAlgorithm::kRs256;
    std::shared_ptr<EVP_PKEY> key;
  };
  static std::optional<Key> read_key(const json::value& document);
  [[nodiscard]] const Key* find(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id) const;

  std::vector<Key> keys_;
};

}  // namespace storefleet::oidc
