#pragma once
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "base/task.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// A PostgreSQL server of its own in a temporary folder, reachable through a Unix socket only. Tests that
/// use it are skipped where the server binaries are not installed.
class PostgresServer {
 public:
  /// Nothing where there are no server binaries; `why` says so.
  static std::optional<PostgresServer> start(std::string& why);
  PostgresServer(PostgresServer&& other) noexcept;
  PostgresServer& operator=(PostgresServer&&) = delete;
  ~PostgresServer();

  [[nodiscard]] std::string url() const;
  void stop();
  void start_again();

 private:
  PostgresServer(std::string binaries, std::string folder);
  std::string binaries_;
  std::string folder_;  // empty: moved from
};

/// A loop for one task. It lasts as long as the process: a pool's thread may still be in the middle of
/// posting to it when the task has ended.
asio::io_context& lasting_context();

/// Ends when `task` has ended.
template <class T>
T run_to_end(Task<T> task) {
  auto& context = lasting_context();
  auto answer = asio::co_spawn(context, std::move(task), asio::use_future);
  context.run();
  return answer.get();
}

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override;
  [[nodiscard]] PoolOptions options() const { return {.url = server_->url()}; }

  std::optional<PostgresServer> server_;
};

}  // namespace storefleet::storage
