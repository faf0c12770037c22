#pragma once
#include <string>
#include <string_view>

#include "api/context.hpp"
#include "api/request.hpp"

/// What goes into the audit log about a request, and what follows where it cannot.
namespace storefleet::api {

/// `status` 0: not known yet.
AuditEntry audit_entry(const ApiRequest& request, std::string_view action, std::string team, unsigned status);

/// The answer where something that must be recorded cannot be.
Problem audit_unavailable(std::string detail);

/// Whether a try that came to nothing is worth an entry, which then tells how many had none before it; the
/// others are only counted.
bool keep_refusal(const ApiDependencies& api, AuditEntry& entry);

/// A try that is refused anyway: recorded where the budget has a place, else counted. That it could not be is
/// only logged.
Task<void> record_refusal(const ApiDependencies& api, AuditEntry entry);

}  // namespace storefleet::api
