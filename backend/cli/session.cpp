#include "cli/session.hpp"

namespace storefleet::cli {

Outcome<ApiClient*> Session::api() {
  if (api_) return api_.get();
  const auto context = resolve(target_, environment);
  if (!context) return std::unexpected(context.error());
  auto client = ApiClient::create(*context);
  if (!client) return std::unexpected(client.error());
  api_ = std::move(*client);
  return api_.get();
}

}  // namespace storefleet::cli
