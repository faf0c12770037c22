#pragma once
#include <string>

#include <prometheus/registry.h>

#include "api/auth.hpp"
#include "api/request.hpp"
#include "api/request_metrics.hpp"
#include "api/router.hpp"
#include "base/task.hpp"
#include "domain/ports.hpp"
#include "http/message.hpp"

namespace storefleet {

/// What the API works on; everything referred to must outlive it.
struct ApiDependencies {
  StoreGateway& stores;
  StoreInsight& insight;
  StoreCheck& check;
  History& history;
  IdempotencyKeys& idempotency;
  const EngineDirectory& engines;
  prometheus::Registry& metrics;  // of the whole process; the health port shows them
  std::string admin_token;        // empty: nobody gets in
  std::string version;
};

/// The contract of openapi.yaml as one function from request to response, for HttpServer. Stateless between
/// requests. All calls come from one thread; stop the server before this ends.
class Api {
 public:
  using Handler = Task<Answer> (*)(const ApiDependencies&, ApiRequest);

  explicit Api(ApiDependencies dependencies);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Never fails: errors are problems. Logs one line and counts one request.
  Task<HttpResponse> handle(HttpRequest request);

 private:
  Task<Answer> answer(HttpRequest request, std::string id, RouteMatch<Handler> match);

  ApiDependencies dependencies_;
  Authenticator authenticator_;
  RequestMetrics metrics_;
  Router<Handler> router_;
};

}  // namespace storefleet
