#include "storage/pool.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "domain/ports.hpp"

namespace storefleet {
namespace {

constexpr int kAttempts = 3;

/// What of libpq's words may be shown: only its report on a server it talked to. Others quote the URL.
std::string connection_trouble(std::string_view what) {
  if (!what.starts_with("connection to server"))
    return "The database cannot be reached: check its URL in the platform's settings.";
  return fmt::format("The database cannot be reached: {}.", what.substr(0, what.find('\n')));
}

Error unreachable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message), "DatabaseUnreachable"};
}

bool is_connection_state(std::string_view state) {
  return state.starts_with("08") || state.starts_with("57P");
}

/// https://www.postgresql.org/docs/15/errcodes-appendix.html
Error from_sql(const pqxx::sql_error& error) {
  const std::string_view state = error.sqlstate();
  const std::string_view what = error.what();
  std::string message = fmt::format("The database refused a statement: {}", what.substr(0, what.find('\n')));
  if (state == "23505") return {ErrorCode::kAlreadyExists, std::move(message)};
  if (state.starts_with("40")) return {ErrorCode::kConflict, std::move(message)};
  if (state == "57014" || state == "55P03")
    return {ErrorCode::kDeadlineExceeded, "The database took too long to answer.", "DatabaseUnreachable"};
  if (state == "42P01")  // a table that a migration is about to make
    return unreachable("The database is being prepared.");
  if (is_connection_state(state) || state.starts_with("53") || state == "25006")
    return unreachable(std::move(message));
  const bool refused = state.starts_with("22") || state.starts_with("23") || state.starts_with("54");
  return {ErrorCode::kInternal, std::move(message), refused ? std::string(kRefusedData) : std::string()};
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
  add("application_name", "storefleet");
  return text;
}

class Pool::Connection {
 public:
  explicit Connection(const PoolOptions& options) : session(connection_text(options)) {
    session.set_variable("statement_timeout", std::to_string(options.statement_timeout.count()));
    session.set_variable("idle_in_transaction_session_timeout", "60000");
  }
  pqxx::connection session;
};

struct Pool::Attempt {
  Result<void> outcome;
  enum class Next { kStop, kRepeat } next = Next::kStop;
};

Pool::Pool(PoolOptions options) : options_(std::move(options)), threads_(options_.connections) {}

Pool::~Pool() {
  threads_.join();
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

Result<void> Pool::run(const Body& body) {
  for (int left = kAttempts;;) {
    auto attempt = run_once(body);
    if (attempt.next == Attempt::Next::kStop || --left == 0) return std::move(attempt.outcome);
  }
}

Pool::Attempt Pool::run_once(const Body& body) {
  auto connection = take();
  const bool reused = connection != nullptr;
  try {
    if (!connection) connection = std::make_unique<Connection>(options_);
  } catch (const std::exception& error) {
    return {.outcome = std::unexpected(unreachable(connection_trouble(error.what())))};
  }
  // A lost connection is worth a new one; so is a COMMIT in doubt, see the header.
  const auto lost = [&] {
    if (reused) drop_idle();  // they broke together
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
    give_back(std::move(connection));
    return {.outcome = std::move(outcome)};
  } catch (const pqxx::broken_connection&) {
    return lost();
  } catch (const pqxx::in_doubt_error&) {
    return lost();
  } catch (const pqxx::sql_error& error) {
    if (is_connection_state(error.sqlstate())) return lost();
    auto next = error.sqlstate().starts_with("40") ? Attempt::Next::kRepeat : Attempt::Next::kStop;
    give_back(std::move(connection));
    return {std::unexpected(from_sql(error)), next};
  } catch (const std::exception& error) {
    return {.outcome = fail(ErrorCode::kInternal, fmt::format("storage: {}", error.what()))};
  }
}

}  // namespace storefleet
