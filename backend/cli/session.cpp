#include "cli/session.hpp"

namespace storefleet::cli {

Outcome<std::unique_ptr<ApiClient>> Session::connect() const {
  const auto context = resolve(target_, environment);
  if (!context) return std::unexpected(context.error());
  return ApiClient::create(*context);
}

Outcome<ApiClient*> Session::api() {
  if (api_) return api_.get();
  auto client = connect();
  if (!client) return std::unexpected(client.error());
  api_ = std::move(*client);
  return api_.get();
}

}  // namespace storefleet::cli
