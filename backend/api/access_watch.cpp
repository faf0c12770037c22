#include "api/access_watch.hpp"

#include <algorithm>
#include <map>

#include "base/log.hpp"

namespace storefleet::api {
namespace {

constexpr std::string_view kExpired = "The session or token has expired.";
constexpr std::string_view kRevoked =
    "The access has ended: a log-out, a revoked token, or a user who was disabled or deleted.";
constexpr std::string_view kUnknown = "Whether the access still stands cannot be checked at the moment.";

bool same_rights(const Principal& left, const Principal& right) {
  return left.name == right.name && left.role == right.role && left.teams == right.teams &&
         left.team_ids == right.team_ids && left.scope == right.scope && left.expires_at == right.expires_at;
}

}  // namespace

AccessLease::AccessLease(AccessWatch& watch, Principal caller)
    : watch_(watch),
      caller_(std::move(caller)),
      check_at_(AccessWatch::Clock::now() + watch.options_.first_check) {
  watch_.leases_.insert(this);
}

AccessLease::~AccessLease() {
  watch_.leases_.erase(this);
}

void AccessLease::end(std::string why) {
  if (!ended_.empty()) return;
  ended_ = std::move(why);
  if (listener_) listener_();
}

void AccessLease::change(Principal caller) {
  if (!ended_.empty() || same_rights(caller_, caller)) return;
  caller_ = std::move(caller);
  if (listener_) listener_();
}

std::shared_ptr<AccessLease> AccessWatch::lease(const Principal& caller) {
  if (caller.via != Via::kToken && caller.via != Via::kSession) return nullptr;
  if (leases_.empty()) answered_at_ = Clock::now();
  return std::make_shared<AccessLease>(*this, caller);
}

void AccessWatch::end_if(const std::function<bool(const AccessLease&)>& applies, const std::string& why) {
  for (auto* lease : leases_)
    if (applies(*lease)) lease->end(why);
}

/// Whose access has changed is looked up at once; false where the database does not tell.
Task<bool> AccessWatch::learn_changes() {
  const auto changes = co_await logins_.recent_access_changes();
  if (!changes) co_return false;
  std::set<std::int64_t> seen;
  std::set<std::string> users;
  for (const auto& change : *changes) {
    seen.insert(change.id);
    if (!heard_.contains(change.id)) users.insert(change.user_id);
  }
  heard_ = std::move(seen);
  const auto now = Clock::now();
  for (auto* lease : leases_)
    if (users.contains(lease->caller_.user_id)) lease->check_at_ = now;
  co_return true;
}

Task<void> AccessWatch::check_due() {
  const auto now = Clock::now();
  std::map<std::string, Via> due;  // by digest: leases come and go meanwhile
  for (const auto* lease : leases_)
    if (lease->ended_.empty() && lease->check_at_ <= now)
      due.emplace(lease->caller_.credential, lease->caller_.via);
  for (const auto& [digest, via] : due) {
    Credential credential{.digest = digest, .via = via};
    const auto found = co_await identify(logins_, std::move(credential));
    if (!found) co_return;  // at the next look
    for (auto* lease : leases_) {
      if (lease->caller_.credential != digest) continue;
      lease->check_at_ = now + options_.check;
      if (found->via == Via::kNobody)
        lease->end(std::string(kRevoked));
      else
        lease->change(*found);
    }
  }
}

Task<void> AccessWatch::look() {
  if (leases_.empty()) co_return;
  const auto today = std::chrono::system_clock::now();
  end_if(
      [today](const AccessLease& lease) {
        return lease.caller_.expires_at && *lease.caller_.expires_at <= today;
      },
      std::string(kExpired));
  const bool answered = co_await learn_changes();
  const auto now = Clock::now();
  if (answered) {
    answered_at_ = now;
    co_await check_due();
  } else if (now - answered_at_ >= options_.trust) {
    if (!leases_.empty())
      log_warning("open streams end: access cannot be checked", {{"count", std::to_string(leases_.size())}});
    end_if([](const AccessLease&) { return true; }, std::string(kUnknown));
  }
}

Task<void> AccessWatch::run() {
  bool go_on = true;
  while (go_on) {
    co_await look();
    go_on = co_await sleep_for(options_.look);
  }
}

}  // namespace storefleet::api
