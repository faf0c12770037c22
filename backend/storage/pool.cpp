#include "storage/pool.hpp"

#include <condition_variable>
#include <map>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>
#include <sys/socket.h>

#include "base/log.hpp"

namespace storefleet::storage {
namespace {

constexpr int kAttempts = 3;
constexpr auto kReachPause = std::chrono::milliseconds(500);
/// A failure that took so long is no refusal: the server did not answer.
constexpr auto kSlowFailure = std::chrono::milliseconds(1500);

/// What of libpq's words may be logged: only its report on a server it talked to. Others quote the URL.
std::string connection_trouble(std::string_view what) {
  if (!what.starts_with("connection to server")) return "check its URL in the platform's settings";
  return std::string(what.substr(0, what.find('\n')));
}

/// Host, port and user are nothing for callers. Called for each try: the log must not become the flood.
void log_trouble(std::string_view message, const std::string& trouble) {
  static std::mutex mutex;
  static std::chrono::steady_clock::time_point next;
  {
    const std::scoped_lock lock(mutex);
    const auto now = std::chrono::steady_clock::now();
    if (now < next) return;
    next = now + std::chrono::seconds(5);
  }
  log_warning(message, {{"error", trouble}});
}

Error unreachable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message), Reason::kDatabaseUnreachable};
}

/// It is there, but has no time for this call. Whoever goes on without an unreachable database must not go on
/// without this one: callers could make it busy for that.
Error too_slow(std::string message) {
  return {ErrorCode::kDeadlineExceeded, std::move(message), Reason::kDatabaseUnreachable};
}

bool is_connection_state(std::string_view state) {
  return state.starts_with("08") || state.starts_with("57P");
}

/// https://www.postgresql.org/docs/15/errcodes-appendix.html
Error from_sql(const pqxx::sql_error& error) {
  const std::string_view state = error.sqlstate();
  const std::string_view what = error.what();
  std::string message = fmt::format("The database refused a statement: {}", what.substr(0, what.find('\n')));
  if (state == "23505") return {ErrorCode::kAlreadyExists, "Something of this name exists already."};
  if (state.starts_with("40")) return {ErrorCode::kConflict, std::move(message)};
  if (state == "57014" || state == "55P03") return too_slow("The database took too long to answer.");
  if (state == "42P01")  // a table that a migration is about to make
    return unreachable("The database is being prepared.");
  const bool exhausted = state.starts_with("53");
  if (exhausted || is_connection_state(state) || state == "25006") {
    log_trouble("the database refuses work", message);
    const auto* said = "The database takes no work at this moment.";
    return exhausted ? too_slow(said) : unreachable(said);
  }
  const bool refused = state.starts_with("22") || state.starts_with("23") || state.starts_with("54");
  return {ErrorCode::kInternal, std::move(message), refused ? Reason::kRefusedData : Reason::kNone};
}

}  // namespace

/// What the URL says itself wins.
/// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
std::string connection_text(const PoolOptions& options) {
  const auto& url = options.url;
  const bool is_uri = url.starts_with("postgresql://") || url.starts_with("postgres://");
  std::string text = url;
  char separator = !is_uri ? ' ' : url.contains('?') ? '&' : '?';
  const auto add = [&](std::string_view key, const std::string& value) {
    if (url.contains(fmt::format("{}=", key))) return;
    text += fmt::format("{}{}={}", separator, key, value);
    if (is_uri) separator = '&';
  };
  add("connect_timeout", std::to_string(options.connect_timeout.count()));
  add("tcp_user_timeout", "10000");
  add("keepalives_idle", "10");
  add("keepalives_interval", "5");
  add("keepalives_count", "3");
  add("application_name", "storefleet");
  return text;
}

struct Pool::Attempt {
  Result<void> outcome;
  enum class Next { kStop, kRepeat } next = Next::kStop;
};

/// Knows until when each connection in use may be silent. Shutting a socket down makes libpq return from
/// waiting for it; the descriptor stays the connection's.
class Pool::Watch {
 public:
  using Clock = std::chrono::steady_clock;

  Watch() : thread_([this] { run(); }) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  /// While it lives a descriptor is watched.
  class Guard {
   public:
    Guard(Watch& watch, int descriptor, std::chrono::milliseconds silence)
        : watch_(watch), descriptor_(descriptor) {
      {
        const std::scoped_lock lock(watch_.mutex_);
        watch_.until_[descriptor_] = Clock::now() + silence;
      }
      watch_.changed_.notify_one();
    }
    ~Guard() { leave(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// Whether it was this watch that cut the connection.
    [[nodiscard]] bool cut() {
      leave();
      return cut_;
    }

   private:
    void leave() {
      const std::scoped_lock lock(watch_.mutex_);
      if (left_) return;
      left_ = true;
      cut_ = watch_.until_.erase(descriptor_) == 0;
    }
    Watch& watch_;
    int descriptor_;
    bool left_ = false;
    bool cut_ = false;
  };

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      const auto now = Clock::now();
      auto next = now + std::chrono::hours(1);
      for (auto entry = until_.begin(); entry != until_.end();) {
        if (entry->second <= now) {
          ::shutdown(entry->first, SHUT_RDWR);
          entry = until_.erase(entry);
        } else {
          next = std::min(next, entry->second);
          ++entry;
        }
      }
      changed_.wait_until(lock, next);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int, Clock::time_point> until_;  // by descriptor
  bool ending_ = false;
  std::thread thread_;  // last: it uses the rest
};

class Pool::Connection {
 public:
  Connection(const PoolOptions& options, Watch& watch) : session(connection_text(options)) {
    const Watch::Guard guard(watch, session.sock(), options.silence);
    session.set_variable("statement_timeout", std::to_string(options.statement_timeout.count()));
    session.set_variable("idle_in_transaction_session_timeout", "60000");
  }
  pqxx::connection session;
};

Pool::Pool(PoolOptions options)
    : options_(std::move(options)), watch_(std::make_unique<Watch>()), threads_(options_.connections) {}

Pool::~Pool() {
  ending_ = true;
  threads_.join();
}

Result<void> Pool::pass_gate() const {
  constexpr auto* kSilence = "The database does not answer.";
  switch (gate_.load()) {
    case Gate::kSilent:
      return std::unexpected(too_slow(kSilence));
    case Gate::kAway:
      return std::unexpected(unreachable(kSilence));
    case Gate::kOpen:
      break;
  }
  return {};
}

Result<void> Pool::admit() {
  if (auto passed = pass_gate(); !passed || waiting_ < options_.most_waiting) return passed;
  ++refused_;
  return std::unexpected(too_slow("The database has more to do than it can at this moment."));
}

Task<Result<void>> Pool::wait_for(std::shared_ptr<Job> job) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  Result<void> outcome;
  ++waiting_;
  job->done.expires_after(options_.longest_wait);
  while (!job->answered) {
    co_await job->done.async_wait(asio::as_tuple(asio::use_awaitable));
    if (job->answered) break;
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    int waits = Job::kWaiting;
    const bool left = job->state.compare_exchange_strong(waits, Job::kLeft);
    if (cancelled) {
      outcome = fail(ErrorCode::kCancelled, "the call was cancelled");
      break;
    }
    if (left) {
      ++refused_;
      outcome = std::unexpected(too_slow("The database has more to do than it can at this moment."));
      break;
    }
    job->done.expires_at(asio::steady_timer::time_point::max());
  }
  --waiting_;
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return outcome;
}

/// From now on nobody waits for a server that does not answer, but for one thread that tries.
void Pool::close_gate(Gate why) {
  auto open = Gate::kOpen;
  if (!gate_.compare_exchange_strong(open, why)) return;
  log_warning("the database does not answer: calls are refused until it does");
  asio::post(threads_, [this] { reach_again(); });
}

void Pool::reach_again() {
  while (!ending_) {
    try {
      auto connection = std::make_unique<Connection>(options_, *watch_);
      gate_ = Gate::kOpen;
      give_back(std::move(connection));
      log_info("the database answers again");
      return;
    } catch (const std::exception& error) {
      gate_ = Gate::kAway;
      log_trouble("the database cannot be reached", connection_trouble(error.what()));
    }
    for (int pieces = 0; pieces < 10 && !ending_; ++pieces) std::this_thread::sleep_for(kReachPause / 10);
  }
}

std::unique_ptr<Pool::Connection> Pool::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(connection));
}

void Pool::drop_idle() {
  std::vector<std::unique_ptr<Connection>> dropped;  // closed after the lock is released
  const std::scoped_lock lock(mutex_);
  dropped.swap(idle_);
}

Result<void> Pool::run(const Body& body, std::chrono::milliseconds silence) {
  for (int left = kAttempts;;) {
    if (auto passed = pass_gate(); !passed) return passed;
    auto attempt = run_once(body, silence);
    if (attempt.next == Attempt::Next::kStop || --left == 0) return std::move(attempt.outcome);
  }
}

Pool::Attempt Pool::run_once(const Body& body, std::chrono::milliseconds silence) {
  auto connection = take();
  const bool reused = connection != nullptr;
  const auto started = Watch::Clock::now();
  try {
    if (!connection) connection = std::make_unique<Connection>(options_, *watch_);
  } catch (const std::exception& error) {
    log_trouble("the database cannot be reached", connection_trouble(error.what()));
    if (Watch::Clock::now() - started > kSlowFailure) close_gate(Gate::kAway);
    return {.outcome = std::unexpected(unreachable("The database cannot be reached."))};
  }
  Watch::Guard guard(*watch_, connection->session.sock(), silence);
  // A lost connection is worth a new one; so is a COMMIT in doubt, see the header.
  const auto lost = [&] {
    if (reused) drop_idle();  // they broke together
    if (guard.cut()) {
      close_gate(Gate::kSilent);
      return Attempt{std::unexpected(too_slow("The database does not answer."))};
    }
    return Attempt{std::unexpected(unreachable("The connection to the database was lost.")),
                   Attempt::Next::kRepeat};
  };
  try {
    Result<void> outcome;
    {
      pqxx::work transaction(connection->session);
      outcome = body(transaction);
      if (outcome) transaction.commit();
    }
    if (guard.cut()) return {.outcome = std::move(outcome)};  // in the last moment: it is of no more use
    give_back(std::move(connection));
    return {.outcome = std::move(outcome)};
  } catch (const pqxx::broken_connection&) {
    return lost();
  } catch (const pqxx::in_doubt_error&) {
    return lost();
  } catch (const pqxx::sql_error& error) {
    if (is_connection_state(error.sqlstate())) return lost();
    auto next = error.sqlstate().starts_with("40") ? Attempt::Next::kRepeat : Attempt::Next::kStop;
    if (!guard.cut()) give_back(std::move(connection));
    return {std::unexpected(from_sql(error)), next};
  } catch (const std::exception& error) {
    if (guard.cut()) return lost();
    return {.outcome = fail(ErrorCode::kInternal, fmt::format("storage: {}", error.what()))};
  }
}

}  // namespace storefleet::storage
