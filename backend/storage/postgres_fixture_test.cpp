#include "storage/postgres_fixture.hpp"

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/random.hpp"

namespace storefleet::storage {
namespace {

constexpr std::string_view kUser = "postgres";

/// PostgreSQL refuses to run as root: then the account of its package runs it.
std::string as_server_user(const std::string& command) {
  return geteuid() == 0 ? fmt::format("setpriv --reuid={0} --regid={0} --clear-groups {1}", kUser, command)
                        : command;
}

bool shell(const std::string& command) {
  return std::system(fmt::format("{} >/dev/null 2>&1 </dev/null", command).c_str()) == 0;
}

std::string find_binaries() {
  for (int version = 18; version >= 13; --version) {
    auto folder = fmt::format("/usr/lib/postgresql/{}/bin", version);
    if (std::filesystem::exists(folder + "/initdb")) return folder;
  }
  return {};
}

}  // namespace

PostgresServer::PostgresServer(std::string binaries, std::string folder)
    : binaries_(std::move(binaries)), folder_(std::move(folder)) {}

PostgresServer::PostgresServer(PostgresServer&& other) noexcept
    : binaries_(std::move(other.binaries_)), folder_(std::exchange(other.folder_, {})) {}

PostgresServer::~PostgresServer() {
  if (folder_.empty()) return;
  shell(as_server_user(fmt::format("{}/pg_ctl -D {}/db -m immediate stop", binaries_, folder_)));
  std::filesystem::remove_all(folder_);
}

std::optional<PostgresServer> PostgresServer::start(std::string& why) {
  const auto binaries = find_binaries();
  if (binaries.empty()) {
    why = "PostgreSQL server binaries are not installed (Debian: apt install postgresql).";
    return std::nullopt;
  }
  const auto folder = fmt::format("/tmp/storefleet-pg-{}", random_base32(8));
  std::filesystem::create_directory(folder);
  if (geteuid() == 0) shell(fmt::format("chown {} {}", kUser, folder));
  PostgresServer server(binaries, folder);
  if (!shell(as_server_user(fmt::format("{}/initdb -D {}/db -U {} -A trust -E UTF8 --locale=C --no-sync",
                                        binaries, folder, kUser)))) {
    why = "initdb failed.";
    return std::nullopt;
  }
  server.start_again();
  return server;
}

void PostgresServer::start_again() {
  const auto options =
      fmt::format("-c listen_addresses= -c unix_socket_directories={} -c fsync=off", folder_);
  const bool started = shell(as_server_user(
      fmt::format("{}/pg_ctl -D {}/db -l {}/log -w -o '{}' start", binaries_, folder_, folder_, options)));
  EXPECT_TRUE(started) << "pg_ctl start failed";
}

void PostgresServer::stop() {
  EXPECT_TRUE(shell(as_server_user(fmt::format("{}/pg_ctl -D {}/db -m fast -w stop", binaries_, folder_))));
}

std::string PostgresServer::url() const {
  return fmt::format("postgresql://{}@/postgres?host={}", kUser, folder_);
}

asio::io_context& lasting_context() {
  static std::mutex mutex;
  static std::deque<asio::io_context> contexts;
  const std::scoped_lock lock(mutex);
  return contexts.emplace_back();
}

void PostgresTest::SetUp() {
  std::string why;
  auto server = PostgresServer::start(why);
  if (!server) GTEST_SKIP() << why;
  server_.emplace(std::move(*server));
}

}  // namespace storefleet::storage
