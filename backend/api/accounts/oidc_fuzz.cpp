#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/client_address.hpp"
#include "oidc/flow.hpp"
#include "oidc/id_token.hpp"

using namespace storefleet;
using namespace storefleet::api;

/// A key set, an ID token, a sealed flow and X-Forwarded-For, one a line: what a provider or a browser sends.
/// None of it may be believed, since the fuzzer has no key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const oidc::IdTokenExpectation kExpected{
      .issuer = "https://login.example.com", .client_id = "fleet", .nonce = "a", .now = {}};
  static const oidc::FlowSeal kSeal("a secret of nobody");
  static const auto kTrusted = TrustedProxies::parse({"10.0.0.0/8", "fd00::/8"}).value();
  std::string rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&rest] {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto text = rest.substr(0, end);
    rest.erase(0, end + 1);
    return text;
  };
  const auto document = parse_json(line());
  const auto keys = document ? oidc::KeySet::parse(*document) : Result<oidc::KeySet>(oidc::KeySet{});
  if (oidc::verify_id_token(line(), keys.value_or(oidc::KeySet{}), kExpected)) std::abort();
  if (kSeal.open(line(), TimePoint{})) std::abort();
  const auto forwarded = line();
  if (client_address(kTrusted, "192.0.2.1", {{"X-Forwarded-For", forwarded}}) != "192.0.2.1") std::abort();
  const auto address = client_address(kTrusted, "10.0.0.1", {{"X-Forwarded-For", forwarded}});
  if (address.empty() || address.size() > 45) std::abort();
  oidc::is_local_path(line());
  return 0;
}
