#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/result.hpp"
#include "base/task.hpp"

namespace pqxx {
class transaction_base;  // NOLINT(readability-identifier-naming): the name that pqxx gave it
}

namespace storefleet::storage {

struct PoolOptions {
  std::string url;                                    // libpq URL or key=value text; holds the password
  std::size_t connections = 4;                        // at most; also the number of threads
  std::chrono::milliseconds statement_timeout{5000};  // of each SQL statement, kept by the server
  std::chrono::seconds connect_timeout{3};            // libpq's least is 2
  std::size_t most_waiting = 64;                      // calls that wait for a thread; more are refused
  std::chrono::milliseconds longest_wait{2000};       // for a thread
  std::chrono::milliseconds silence{10'000};          // a server that says nothing for so long is cut off
};

/// What libpq is given to connect: the URL with limits on how long a dead server is waited for. Secret.
std::string connection_text(const PoolOptions& options);

/// Connections to PostgreSQL and the threads that block on them. Connections are made when needed and
/// dropped when broken, so a restart of PostgreSQL costs at most the calls made while it is away.
///
/// What libpqxx throws stops here: Unavailable (it cannot be reached), DeadlineExceeded (it is there, but
/// busy, silent or slow: too many calls wait, or a statement took too long), both with reason
/// DatabaseUnreachable; Cancelled, AlreadyExists (unique violation), Conflict (serialization failures that
/// outlast the repeats), Internal. Messages are for callers: what libpq said about host and user is logged.
///
/// A server that answers nothing, because a network drops its packets, would hold every thread: a connection
/// is cut after `silence`. From then on calls are refused at once, while one thread tries to reach the
/// server.
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
  ///
  /// Where the calling task is cancelled the call ends at once with Cancelled; what a thread has begun for it
  /// goes on.
  template <class Function>
  auto run_in_transaction(Function function)
      -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>>;

  /// A transaction that may rightly be silent for longer, such as a migration.
  template <class Function>
  auto run_in_long_transaction(std::chrono::milliseconds silence, Function function)
      -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>>;

  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  /// Calls refused because too many waited, or one waited too long.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  using Body = std::function<Result<void>(pqxx::transaction_base&)>;
  class Connection;
  struct Attempt;

  /// One call on its way through a thread.
  struct Job {
    explicit Job(asio::any_io_executor caller) : executor(std::move(caller)), done(executor) {}
    enum State { kWaiting, kBegun, kLeft };
    std::atomic<int> state = kWaiting;
    asio::any_io_executor executor;
    asio::steady_timer done;  // the caller's: cancelled when there is an answer
    bool answered = false;    // the caller's
  };
  template <class Function>
  auto call(std::chrono::milliseconds silence, Function function)
      -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>>;
  /// Waits for the job's answer; the error with which the call ends without one.
  Task<Result<void>> wait_for(std::shared_ptr<Job> job);
  /// kSilent: it was cut off, and nobody has tried yet to reach it again.
  enum class Gate { kOpen, kSilent, kAway };
  Result<void> pass_gate() const;
  Result<void> admit();

  Result<void> run(const Body& body, std::chrono::milliseconds silence);
  Attempt run_once(const Body& body, std::chrono::milliseconds silence);
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  void drop_idle();
  void close_gate(Gate why);
  void reach_again();

  /// Cuts connections whose server says nothing; a thread of its own, since all others may be held.
  class Watch;

  const PoolOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  std::atomic<Gate> gate_ = Gate::kOpen;
  std::atomic<bool> ending_ = false;
  std::size_t waiting_ = 0;  // the caller's thread
  std::uint64_t refused_ = 0;
  std::unique_ptr<Watch> watch_;
  asio::thread_pool threads_;  // last: its threads use the rest
};

template <class Function>
auto Pool::run_in_transaction(Function function)
    -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>> {
  return call(options_.silence, std::move(function));
}

template <class Function>
auto Pool::run_in_long_transaction(std::chrono::milliseconds silence, Function function)
    -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>> {
  return call(silence, std::move(function));
}

template <class Function>
auto Pool::call(std::chrono::milliseconds silence, Function function)
    -> Task<std::invoke_result_t<Function&, pqxx::transaction_base&>> {
  using FunctionResult = std::invoke_result_t<Function&, pqxx::transaction_base&>;
  if (const auto admitted = admit(); !admitted) co_return std::unexpected(admitted.error());
  const auto executor = co_await asio::this_coro::executor;
  auto job = std::make_shared<Job>(executor);
  auto answer = std::make_shared<std::optional<FunctionResult>>();
  asio::post(threads_, [this, job, answer, silence, function = std::move(function)]() mutable {
    int waits = Job::kWaiting;
    if (!job->state.compare_exchange_strong(waits, Job::kBegun)) return;
    std::optional<FunctionResult> result;
    const auto outcome = run(
        [&](pqxx::transaction_base& transaction) -> Result<void> {
          result.emplace(function(transaction));
          if (!*result) return std::unexpected(result->error());
          return {};
        },
        silence);
    if (!outcome) result = FunctionResult(std::unexpected(outcome.error()));
    asio::post(job->executor, [job, answer, result = std::move(result)]() mutable {
      *answer = std::move(result);
      job->answered = true;
      job->done.cancel();
    });
  });
  const auto waited = co_await wait_for(job);
  if (!waited) co_return std::unexpected(waited.error());
  co_return std::move(**answer);
}

}  // namespace storefleet::storage
