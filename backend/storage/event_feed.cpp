#include "storage/event_feed.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <pqxx/pqxx>
#include <unistd.h>

#include "base/log.hpp"
#include "storage/history.hpp"

namespace storefleet::storage {

/// A connection that listens. Made on a thread that may block, used on the executor's.
class PostgresEventFeed::Listener {
 public:
  explicit Listener(const std::string& connection) : session_(connection), receiver_(session_) {}

  /// Ends when there is something to read, or when cancelled.
  Task<void> readable() {
    if (!descriptor_) {
      const auto executor = co_await asio::this_coro::executor;
      descriptor_.emplace(executor, ::dup(session_.sock()));  // the session closes its own
    }
    co_await descriptor_->async_wait(asio::posix::stream_descriptor::wait_read,
                                     asio::as_tuple(asio::use_awaitable));
  }

  /// Takes what has arrived, without waiting; false where the connection is lost.
  bool take() {
    try {
      session_.get_notifs();
      return session_.is_open();
    } catch (const std::exception&) {
      return false;
    }
  }

 private:
  /// That something was announced is all that counts; what it was, the log says.
  class Receiver : public pqxx::notification_receiver {
   public:
    explicit Receiver(pqxx::connection_base& session)
        : notification_receiver(session, std::string(kEventsChannel)) {}
    void operator()(const std::string&, int) override {}
  };

  pqxx::connection session_;
  Receiver receiver_;
  std::optional<asio::posix::stream_descriptor> descriptor_;
};

PostgresEventFeed::PostgresEventFeed(Pool& pool, PoolOptions options, std::chrono::milliseconds poll)
    : pool_(pool), options_(std::move(options)), poll_(poll) {}

PostgresEventFeed::~PostgresEventFeed() {
  connecting_.join();
}

Task<Result<std::vector<StoreEvent>>> PostgresEventFeed::after(std::int64_t sequence, std::size_t limit) {
  return pool_.run_in_transaction(
      [sequence, limit](pqxx::transaction_base& transaction) -> Result<std::vector<StoreEvent>> {
        return read_events_after(transaction, sequence, limit);
      });
}

Task<Result<std::int64_t>> PostgresEventFeed::last_sequence() {
  return pool_.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<std::int64_t> {
    return transaction.exec1("SELECT last_sequence FROM event_log")[0].as<std::int64_t>();
  });
}

Task<bool> PostgresEventFeed::listen() {
  listener_ = co_await run_blocking(connecting_, [text = connection_text(options_)] {
    try {
      return std::make_unique<Listener>(text);
    } catch (const std::exception&) {  // what libpq says may quote the URL
      return std::unique_ptr<Listener>();
    }
  });
  co_return listener_ != nullptr;
}

Task<void> PostgresEventFeed::changed() {
  using asio::experimental::awaitable_operators::operator||;
  if (!listener_) {
    const bool listening = co_await listen();
    if (listening) {  // what was appended before was not announced: return and have it read
      if (std::exchange(complained_, false)) log_info("the event log is listened to again");
      co_return;
    }
    if (!std::exchange(complained_, true))
      log_warning("the event log can only be polled: no connection to listen on");
    co_await sleep_for(poll_);
    co_return;
  }
  auto announced_or_time = listener_->readable() || sleep_for(poll_);
  co_await std::move(announced_or_time);
  if (!listener_->take()) listener_.reset();
}

}  // namespace storefleet::storage
