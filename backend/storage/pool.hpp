#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace pqxx {
class transaction_base;  // NOLINT(readability-identifier-naming): the name that pqxx gave it
}

namespace storefleet {

struct PoolOptions {
  std::string url;                                    // libpq URL or key=value text; holds the password
  std::size_t connections = 4;                        // at most; also the number of threads
  std::chrono::milliseconds statement_timeout{5000};  // of each SQL statement
  std::chrono::seconds connect_timeout{3};
};

/// What libpq is given to connect: the URL with limits on how long a dead server is waited for. Secret.
std::string connection_text(const PoolOptions& options);

/// Connections to PostgreSQL and the threads that block on them. Connections are made when needed and
/// dropped when broken, so a restart of PostgreSQL costs at most the calls made while it is away.
///
/// What libpqxx throws stops here: Unavailable (reason DatabaseUnreachable), DeadlineExceeded (statement
/// timeout), AlreadyExists (unique violation), Conflict (serialization failures that outlast the repeats),
/// Internal. No message holds the URL or the password.
///
/// Call from one thread; must outlive every call.
class Pool {
 public:
  explicit Pool(PoolOptions options);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  /// Runs `function(pqxx::transaction_base&) -> Result<T>` on one of the threads in a transaction, which
  /// commits when it returns a value and rolls back when it returns an error.
  ///
  /// It runs again after a serialization failure or a lost connection, even where only the answer to COMMIT
  /// was lost: it must recognise or repeat its own work, and own what it uses.
  template <class Function>
  auto run_in_transaction(Function function)
      -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>> {
    using FunctionResult = std::invoke_result_t<Function&, pqxx::transaction_base&>;
    return run_blocking(threads_, [this, function = std::move(function)]() mutable -> FunctionResult {
      std::optional<FunctionResult> answer;
      const auto outcome = run([&](pqxx::transaction_base& transaction) -> Result<void> {
        answer.emplace(function(transaction));
        if (!*answer) return std::unexpected(answer->error());
        return {};
      });
      if (!outcome) return std::unexpected(outcome.error());
      return std::move(*answer);
    });
  }

 private:
  using Body = std::function<Result<void>(pqxx::transaction_base&)>;
  class Connection;
  struct Attempt;

  Result<void> run(const Body& body);
  Attempt run_once(const Body& body);
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  void drop_idle();

  const PoolOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  asio::thread_pool threads_;                      // last: its threads use the rest
};

}  // namespace storefleet
