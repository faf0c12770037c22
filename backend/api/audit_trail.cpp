#include "api/audit_trail.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {
namespace {

/// A refused try may have named anything.
std::string_view named(const std::string& text) {
  constexpr std::size_t kMostBytes = 260;
  return text.size() <= kMostBytes && count_characters(text) ? std::string_view(text) : "?";
}

}  // namespace

AuditEntry audit_entry(const ApiRequest& request, std::string_view action, std::string team,
                       unsigned status) {
  auto subject = request.note->subject;
  for (const auto& [name, value] : request.path)
    subject +=
        fmt::format("{}{}/{}", subject.empty() ? "" : " ", name == "name" ? "store" : name, named(value));
  if (team.empty()) team = request.note->team;
  AuditEntry entry{.actor = request.caller.name,
                   .via = std::string(to_string(request.caller.via)),
                   .action = std::string(action),
                   .subject = std::move(subject),
                   .team = std::move(team),
                   .succeeded = status != 0 && status < 400,
                   .request_id = request.id,
                   .address = request.http.remote_address,
                   .details = {}};
  if (status != 0) entry.details["status"] = status;
  // Names recur: which of the stores that had this one.
  if (request.store) entry.details["storeUid"] = request.store->uid;
  return entry;
}

Problem audit_unavailable(std::string detail) {
  return {.status = 503,
          .code = ProblemCode::kAuditUnavailable,
          .detail = std::move(detail),
          .remedy = "Try again in a few seconds; if it lasts, check that PostgreSQL runs.",
          .retry_after = 2};
}

bool keep_refusal(const ApiDependencies& api, AuditEntry& entry) {
  const auto who = entry.via == to_string(Via::kToken) || entry.via == to_string(Via::kSession)
                       ? "user/" + entry.actor
                       : "address/" + address_prefix(entry.address);
  const auto unrecorded = api.refusals->take(who, RefusalBudget::Clock::now());
  if (!unrecorded) {
    if (api.dropped_refusals != nullptr) api.dropped_refusals->Increment();
    return false;
  }
  if (*unrecorded > 0) entry.details["unrecordedBefore"] = *unrecorded;
  return true;
}

Task<void> record_refusal(const ApiDependencies& api, AuditEntry entry) {
  if (!keep_refusal(api, entry)) co_return;
  const auto action = entry.action;
  const auto request_id = entry.request_id;
  const auto recorded = co_await api.audit.record(std::move(entry));
  if (!recorded)
    log_error("an audit entry was lost",
              {{"action", action}, {"request_id", request_id}, {"error", recorded.error().message}});
}

}  // namespace storefleet::api
