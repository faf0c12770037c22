#pragma once
#include <functional>
#include <string>

#include "api/context.hpp"
#include "api/request.hpp"
#include "api/stores/operation_id.hpp"

/// What the routes of stores share.
namespace storefleet::api {

/// The spec that a request makes of a store's, or why it cannot.
using Changed = std::expected<StoreSpec, Problem>;
using SpecChange = std::function<Changed(const Store&)>;

/// Changes the store that the path names, as far as its team's quota allows it, and tells how to await that;
/// with `request.note->dry_run` only shows it. Keeps If-Match; what another request changes meanwhile stays.
Task<Answer> change_store(const ApiDependencies& api, ApiRequest request, SpecChange change);

/// 202 with the store and where to await it.
http::Response accepted(const ApiDependencies& api, OperationKind kind, const Store& store);

Problem changed_meanwhile(const std::string& name);
/// What needs a running store cannot be done now.
Problem store_stopped(const Store& store);
Problem unknown_team(std::string detail);

/// What a store of this spec would take of its team's quota; without a UID, one that is yet to be created.
QuotaClaim claim_of(const ApiDependencies& api, std::string uid, std::string name, const StoreSpec& spec);

/// What the ledger said, as the answer to a request; nothing where it allowed it.
std::optional<Problem> quota_problem(const Error& error, const std::string& team);

/// One line about what a caller has done with a store.
void log_done(std::string_view what, const std::string& store, const std::string& team,
              const ApiRequest& request);

}  // namespace storefleet::api
