#pragma once
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "base/boot_clock.hpp"
#include "base/task.hpp"
#include "releases/releases.hpp"

namespace storefleet::releases {

/// Releases through the long-lived Helm helper process (helm-helper/): requests and replies are JSON lines on
/// its standard input and output. The process is started by `run`, and started again when it ends; requests
/// under way then fail with Unavailable, which callers retry. It writes only for as long as `lend` has said,
/// also where this process was stopped meanwhile, and the system kills it when this process dies. All calls
/// come from the executor's one thread.
class HelmHelper : public Releases {
 public:
  struct Options {
    std::string executable;
    std::vector<std::string> arguments;
    std::chrono::milliseconds deadline = std::chrono::seconds(60);  // of one operation
    std::chrono::milliseconds restart_delay = std::chrono::milliseconds(200);
    /// What it gets to end by itself, its running operations included; then it is killed.
    std::chrono::milliseconds patience = std::chrono::milliseconds(1500);
  };

  HelmHelper(asio::any_io_executor executor, Options options);
  ~HelmHelper() override;

  /// Keeps the process running until cancelled; then ends it, and waits for that without blocking. Spawn it
  /// once.
  Task<void> run();

  /// Until when the process may write to the cluster, the end of its leader's lease, and how long one write
  /// may take.
  void lend(BootClock::time_point until, std::chrono::milliseconds longest_write);

  Task<Result<void>> install(WantedRelease wanted) override;
  Task<Result<void>> repair(WantedRelease wanted) override;
  Task<Result<void>> restore(std::string store_namespace, VolumeClaims claims) override;
  Task<Result<void>> uninstall(std::string store_namespace) override;

 private:
  struct Call;

  Result<void> start();
  /// Ends the process: by the end of its input, then by force. Not to be cancelled.
  Task<void> end();
  /// Whether it has ended; it is never waited for.
  bool has_ended();
  void write_line(std::string line);
  Task<void> read_replies();
  void fail_all(const Error& error);
  Task<void> write_pending();
  Task<Result<void>> put(std::string operation, WantedRelease wanted);
  Task<Result<void>> call(std::string operation, std::string store_namespace, json::object fields);

  asio::any_io_executor executor_;
  Options options_;
  pid_t pid_ = -1;
  std::optional<asio::posix::stream_descriptor> input_;   // the helper's standard input
  std::optional<asio::posix::stream_descriptor> output_;  // its standard output
  std::map<std::string, std::shared_ptr<Call>> calls_;
  std::deque<std::string> pending_lines_;
  std::string lease_line_;  // the newest; empty: nothing was lent yet
  bool writing_ = false;
  std::uint64_t next_id_ = 1;
  TaskScope writers_;
};

}  // namespace storefleet::releases
