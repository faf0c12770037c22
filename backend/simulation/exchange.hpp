#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace storefleet::simulation {

/// One request under way, as the process that waits for it sees it. The process owns it: when the process
/// dies, what would have answered finds nobody.
struct Exchange {
  explicit Exchange(const asio::any_io_executor& executor) : done(executor) {}

  asio::steady_timer done;  // its deadline; cancelled when something came
  std::optional<Result<http::Response>> result = std::nullopt;
  std::deque<std::string> pieces = {};  // of a stream

  void finish(Result<http::Response> value) {
    result = std::move(value);
    done.cancel();
  }
  void give(std::string piece) {
    pieces.push_back(std::move(piece));
    done.cancel();
  }
};

enum class Answering { kOnce, kStream };

/// What simulated processes reach instead of a network.
class Network {
 public:
  Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  virtual ~Network() = default;
  virtual void send(const std::string& host, http::Request request, const std::shared_ptr<Exchange>& exchange,
                    Answering answering) = 0;
};

/// That of the world on this thread.
Network*& current_network();

}  // namespace storefleet::simulation
