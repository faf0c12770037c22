#pragma once
#include <memory>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "api/caller_budgets.hpp"
#include "api/client_address.hpp"
#include "api/limits.hpp"
#include "api/rate_limit.hpp"
#include "api/refusal_budget.hpp"
#include "api/store_hosts.hpp"
#include "api/store_texts.hpp"
#include "domain/accounts.hpp"
#include "domain/isolation.hpp"
#include "domain/ports/audit_log.hpp"
#include "domain/ports/directory.hpp"
#include "domain/ports/engine_directory.hpp"
#include "domain/ports/history.hpp"
#include "domain/ports/idempotency_keys.hpp"
#include "domain/ports/isolation_directory.hpp"
#include "domain/ports/leader_directory.hpp"
#include "domain/ports/logins.hpp"
#include "domain/ports/provisioning_report.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "domain/ports/store_check.hpp"
#include "domain/ports/store_gateway.hpp"
#include "domain/ports/store_insight.hpp"
#include "domain/quota.hpp"

namespace storefleet::web {
class WebPages;
}

namespace storefleet::oidc {
struct SingleSignOn;
}

namespace storefleet::api {

class AccessWatch;
class EventHub;
class Health;
class Passwords;

/// What the API works on; everything referred to must outlive it.
struct ApiDependencies {
  StoreGateway& stores;
  StoreHosts& hosts;
  StoreInsight& insight;
  StoreCheck& check;
  History& history;
  IdempotencyKeys& idempotency;
  QuotaLedger& ledger;
  LeaderDirectory& leader;
  IsolationDirectory& isolation;
  ProvisioningReport& provisioning;
  const EngineDirectory& engines;
  Logins& logins;
  Directory& directory;
  AuditLog& audit;
  Passwords& passwords;
  EventHub& events;
  const Health& health;
  const web::WebPages* pages = nullptr;          // none: the API alone
  prometheus::Registry& metrics;                 // of the whole process; the health port shows them
  std::string admin_token;                       // of the bootstrap admin; empty: there is none
  oidc::SingleSignOn* single_sign_on = nullptr;  // none: passwords only
  TrustedProxies trusted_proxies = {};           // whose X-Forwarded-For counts
  RateLimit rate_limit = {};                     // of each caller; at first none
  AccessWatch* access = nullptr;  // ends open answers with the access to them; none: nothing does
  std::shared_ptr<RefusalBudget> refusals = std::make_shared<RefusalBudget>();
  prometheus::Counter* dropped_refusals = nullptr;  // counts those that found no place; the Api makes it
  std::string operation_key = {};  // proves that an operation's id was given out; the Api makes it
  Limits limits = {};              // of what callers can take too much of
  std::shared_ptr<CallerBudgets> budgets = nullptr;  // made by Api where it is missing
  std::vector<std::string> own_hosts = {};  // besides the platform's, all that the API answers to; none: any
  bool isolation_required = false;          // no store is made unless isolation is proved
  std::shared_ptr<StoreTexts> store_texts = std::make_shared<StoreTexts>();
};

}  // namespace storefleet::api
