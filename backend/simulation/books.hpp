#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/ports/audit_log.hpp"
#include "domain/ports/history.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "simulation/agenda.hpp"
#include "simulation/faults.hpp"
#include "simulation/station.hpp"

namespace storefleet::simulation {

/// What is in the database: the rules of storage/quota_ledger.cpp and storage/history.cpp, without SQL.
struct Books {
  struct Place {
    QuotaClaim claim;  // without a UID: only reserved
    Millis taken_at = 0;
  };

  Result<void> admit(const QuotaClaim& claim, const std::string& reservation);
  Result<void> rebuild(const std::vector<QuotaClaim>& claims);
  /// Whether a leader of that epoch may still write; one that is not strict lets it.
  Result<void> fence(std::int64_t leader, bool strict);

  std::map<std::string, Place> places;        // by store UID
  std::map<std::string, std::size_t> quotas;  // team → stores
  std::vector<TeardownReceipt> receipts;
  std::vector<StoreEvent> events;
  std::int64_t epoch = 0;  // of the newest leader that wrote
  bool went_back = false;  // an older one wrote after it
};

/// How one process reaches the books: each call takes time, may fail before it is done or after, and is a
/// write that the process may die of.
class Sql {
 public:
  Sql(Books& books, Agenda& agenda, Trace& trace, Random& random, const Faults& faults,
      const Tampering& tampering, std::shared_ptr<Station> station)
      : books_(books),
        agenda_(agenda),
        trace_(trace),
        random_(random),
        faults_(faults),
        tampering_(tampering),
        station_(std::move(station)) {}

  /// Runs `work` on the books in its own time.
  Task<Result<void>> run(std::string what, std::function<Result<void>(Books&)> work);
  [[nodiscard]] const Tampering& tampering() const { return tampering_; }

 private:
  Books& books_;
  Agenda& agenda_;
  Trace& trace_;
  Random& random_;
  const Faults& faults_;
  const Tampering& tampering_;
  std::shared_ptr<Station> station_;
};

class BookedLedger : public QuotaLedger {
 public:
  explicit BookedLedger(Sql& sql) : sql_(sql) {}
  Task<Result<std::string>> reserve(QuotaClaim claim) override;
  Task<Result<void>> cancel(std::string reservation) override;
  Task<Result<void>> check(QuotaClaim claim) override;
  Task<Result<void>> admit(QuotaClaim claim, std::string reservation) override;
  Task<Result<void>> release(std::string store_uid) override;
  Task<Result<void>> rebuild(std::vector<QuotaClaim> claims) override;

 private:
  Sql& sql_;
};

class BookedHistory : public History {
 public:
  explicit BookedHistory(Sql& sql) : sql_(sql) {}
  Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t epoch) override;
  Task<Result<std::vector<StoreEvent>>> events(EventQuery query) override;
  Task<Result<void>> save_receipt(TeardownReceipt receipt, std::int64_t epoch) override;
  Task<Result<TeardownReceipt>> receipt(std::string store_name, TeamFilter teams) override;
  Task<Result<Pruned>> prune(Retention retention, std::string after, std::int64_t epoch) override;
  Task<Result<void>> ping() override;

 private:
  Sql& sql_;
};

/// The controller only takes old entries out of it: here there are none.
class EmptyAuditLog : public AuditLog {
 public:
  Task<Result<void>> record(AuditEntry entry) override;
  Task<Result<std::int64_t>> begin(AuditEntry entry) override;
  Task<Result<void>> withdraw(std::int64_t id) override;
  Task<Result<void>> complete(std::int64_t id, AuditEntry entry) override;
  Task<Result<std::vector<AuditEntry>>> entries(AuditQuery query) override;
  Task<Result<std::size_t>> prune(TimePoint older_than, std::size_t batch) override;
};

}  // namespace storefleet::simulation
