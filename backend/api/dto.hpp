#pragma once
#include <string>

#include "base/json.hpp"
#include "domain/accounts.hpp"
#include "domain/check.hpp"
#include "domain/event.hpp"
#include "domain/insight.hpp"
#include "domain/isolation.hpp"
#include "domain/platform.hpp"
#include "domain/ports/engine_directory.hpp"
#include "domain/ports/history.hpp"
#include "domain/store.hpp"

/// Domain types as the JSON of openapi.yaml (camelCase, absent rather than null).
namespace storefleet::api {

json::object store_dto(const Store& store);
json::object step_list_dto(const Store& store);
json::array steps_dto(const std::vector<Step>& steps);
json::object failure_dto(const Failure& failure);
json::object event_dto(const StoreEvent& event);
json::object usage_dto(const StoreUsage& usage);
json::object receipt_dto(const TeardownReceipt& receipt);
json::object user_dto(const User& user);
json::object team_dto(const Team& team);
json::object token_dto(const ApiToken& token);
json::object audit_dto(const AuditEntry& entry);
json::object check_report_dto(const CheckReport& report);
json::object engine_dto(const EngineSummary& engine);
json::object plan_dto(const PlanSummary& plan);
json::object leader_dto(const Leader& leader);
json::object isolation_dto(const IsolationVerdict& verdict, bool required);
json::object provisioning_dto(const ProvisioningDay& day);

/// Identity and generation (design 11.10), quoted as ETag wants it.
std::string etag_of(const Store& store);

}  // namespace storefleet::api
