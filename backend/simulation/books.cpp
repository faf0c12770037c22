#include "simulation/books.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "simulation/exchange.hpp"

namespace storefleet::simulation {

Result<void> Books::admit(const QuotaClaim& claim, const std::string& reservation) {
  const auto quota = quotas.find(claim.team);
  if (quota == quotas.end())
    return fail(ErrorCode::kNotFound, fmt::format("There is no team named '{}'.", claim.team),
                Reason::kUnknownTeam);
  const bool own = places.contains(claim.store_uid) || places.contains(reservation);
  const auto used =
      std::ranges::count_if(places, [&](const auto& place) { return place.second.claim.team == claim.team; });
  if (!own && static_cast<std::size_t>(used) >= quota->second)
    return fail(ErrorCode::kForbidden, fmt::format("Team '{}' has {} stores.", claim.team, used),
                Reason::kTeamQuotaExceeded);
  places.erase(reservation);
  places.try_emplace(claim.store_uid, Place{claim, machine().now}).first->second.claim = claim;
  return {};
}

Result<void> Books::rebuild(const std::vector<QuotaClaim>& claims) {
  constexpr Millis kJustTaken = 60'000;
  std::erase_if(places, [&](const auto& entry) {
    const auto& [uid, place] = entry;
    const bool wanted = std::ranges::find(claims, uid, &QuotaClaim::store_uid) != claims.end();
    return !place.claim.store_uid.empty() && place.taken_at < machine().now - kJustTaken && !wanted;
  });
  for (const auto& claim : claims) places.try_emplace(claim.store_uid, Place{claim, machine().now});
  return {};
}

Result<void> Books::fence(std::int64_t leader, bool strict) {
  if (leader < epoch && strict)
    return fail(ErrorCode::kConflict,
                fmt::format("Leader epoch {} may not write: epoch {} has taken over.", leader, epoch));
  went_back = went_back || leader < epoch;
  epoch = std::max(epoch, leader);
  return {};
}

Task<Result<void>> Sql::run(std::string what, std::function<Result<void>(Books&)> work) {
  const auto executor = co_await asio::this_coro::executor;
  auto exchange = std::make_shared<Exchange>(executor);
  auto outcome = std::make_shared<Result<void>>();
  const auto finish = [this, open = std::weak_ptr(exchange)] {
    agenda_.after(random_.between(1, 3), [open] {
      if (const auto waiting = open.lock()) waiting->finish(http::Response{});
    });
  };
  auto arrive = [this, outcome, finish, what = std::move(what), work = std::move(work)] {
    if (machine().now < station_->cut_off_until || random_.chance(faults_.sql_error)) {
      *outcome = fail(ErrorCode::kUnavailable, "the database cannot be reached");
      return finish();
    }
    *outcome = work(books_);
    trace_.add(station_->name, fmt::format("SQL {} → {}", what, *outcome ? "ok" : outcome->error().message));
    if (*outcome) {
      ++station_->writes;
      if (station_->writes == faults_.crash_write || random_.chance(faults_.crash)) station_->dying = true;
    }
    if (random_.chance(faults_.sql_lost))
      *outcome = fail(ErrorCode::kDeadlineExceeded, "the database did not answer in time");
    finish();
  };
  agenda_.after(random_.between(1, 3), std::move(arrive));
  exchange->done.expires_after(std::chrono::seconds(20));
  const auto [error] = co_await exchange->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (exchange->result) co_return *outcome;
  co_return fail(error ? ErrorCode::kCancelled : ErrorCode::kDeadlineExceeded, "the database did not answer");
}

Task<Result<std::string>> BookedLedger::reserve(QuotaClaim claim) {
  const auto id = "reserved-" + claim.store_name;
  auto done = co_await sql_.run("reserve " + claim.store_name, [id, claim](Books& books) {
    books.places[id] = {claim, machine().now};
    return Result<void>{};
  });
  if (!done) co_return std::unexpected(done.error());
  co_return id;
}

Task<Result<void>> BookedLedger::cancel(std::string reservation) {
  co_return co_await sql_.run("cancel " + reservation, [reservation](Books& books) {
    const auto found = books.places.find(reservation);
    if (found != books.places.end() && found->second.claim.store_uid.empty()) books.places.erase(found);
    return Result<void>{};
  });
}

Task<Result<void>> BookedLedger::check(QuotaClaim /*claim*/) {
  co_return Result<void>{};
}

Task<Result<void>> BookedLedger::admit(QuotaClaim claim, std::string reservation) {
  co_return co_await sql_.run("admit " + claim.store_name,
                              [claim, reservation](Books& books) { return books.admit(claim, reservation); });
}

Task<Result<void>> BookedLedger::release(std::string store_uid) {
  const bool forgets = sql_.tampering().ledger_forgets;
  co_return co_await sql_.run("release " + store_uid, [store_uid, forgets](Books& books) {
    if (!forgets) books.places.erase(store_uid);
    return Result<void>{};
  });
}

Task<Result<void>> BookedLedger::rebuild(std::vector<QuotaClaim> claims) {
  const bool forgets = sql_.tampering().ledger_forgets;
  co_return co_await sql_.run("rebuild", [claims, forgets](Books& books) {
    return forgets ? Result<void>{} : books.rebuild(claims);
  });
}

Task<Result<void>> BookedHistory::append(std::vector<StoreEvent> events, std::int64_t epoch) {
  const bool fenced = !sql_.tampering().history_without_epoch;
  co_return co_await sql_.run("append events", [events, epoch, fenced](Books& books) -> Result<void> {
    if (auto held = books.fence(epoch, fenced); !held) return held;
    books.events.insert(books.events.end(), events.begin(), events.end());
    return {};
  });
}

Task<Result<std::vector<StoreEvent>>> BookedHistory::events(EventQuery /*query*/) {
  co_return std::vector<StoreEvent>{};
}

Task<Result<void>> BookedHistory::save_receipt(TeardownReceipt receipt, std::int64_t epoch) {
  const bool fenced = !sql_.tampering().history_without_epoch;
  co_return co_await sql_.run("save receipt of " + receipt.store_name,
                              [receipt, epoch, fenced](Books& books) -> Result<void> {
                                if (auto held = books.fence(epoch, fenced); !held) return held;
                                books.receipts.push_back(receipt);
                                return {};
                              });
}

Task<Result<TeardownReceipt>> BookedHistory::receipt(std::string /*store_name*/, TeamFilter /*teams*/) {
  co_return fail(ErrorCode::kNotFound, "no receipt");
}

Task<Result<Pruned>> BookedHistory::prune(Retention /*retention*/, std::string /*after*/,
                                          std::int64_t /*epoch*/) {
  co_return Pruned{.complete = true};
}

Task<Result<void>> BookedHistory::ping() {
  co_return Result<void>{};
}

Task<Result<void>> EmptyAuditLog::record(AuditEntry /*entry*/) {
  co_return Result<void>{};
}
Task<Result<std::int64_t>> EmptyAuditLog::begin(AuditEntry /*entry*/) {
  co_return 0;
}
Task<Result<void>> EmptyAuditLog::withdraw(std::int64_t /*id*/) {
  co_return Result<void>{};
}
Task<Result<void>> EmptyAuditLog::complete(std::int64_t /*id*/, AuditEntry /*entry*/) {
  co_return Result<void>{};
}
Task<Result<std::vector<AuditEntry>>> EmptyAuditLog::entries(AuditQuery /*query*/) {
  co_return std::vector<AuditEntry>{};
}
Task<Result<std::size_t>> EmptyAuditLog::prune(TimePoint /*older_than*/, std::size_t /*batch*/) {
  co_return 0;
}

}  // namespace storefleet::simulation
