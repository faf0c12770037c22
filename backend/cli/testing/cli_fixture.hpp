#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "cli/environment.hpp"
#include "http/server.hpp"

namespace storefleet::cli {

/// A server on a thread of its own that answers from a script: for each "METHOD /path?query" the answers in
/// their order; the last one repeats.
class ScriptedServer {
 public:
  ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  void answer(const std::string& request, unsigned status, const std::string& body);
  /// Forgets the answers that a request has, and gives it this one.
  void replace(const std::string& request, unsigned status, const std::string& body,
               http::Headers headers = {});
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// What came in, oldest first.
  [[nodiscard]] std::vector<http::Request> requests();

 private:
  Task<http::Response> respond(http::Request request);

  std::mutex mutex_;
  std::map<std::string, std::vector<http::Response>> script_;
  std::vector<http::Request> requests_;
  asio::io_context context_{1};
  std::unique_ptr<http::Server> server_;
  std::jthread thread_;
};

/// Runs commands against a scripted server, in a configuration folder of its own.
class CliTest : public testing::Test {
 protected:
  CliTest();
  ~CliTest() override;

  /// The exit code; what was printed is in out_ and err_.
  int run(const std::vector<std::string>& arguments);
  /// A store as the API shows it.
  static std::string store_json(const std::string& name, const std::string& phase,
                                const std::string& uid = "uid-1");

  ScriptedServer server_;
  std::map<std::string, std::string> variables_;
  std::string folder_;
  std::string input_;
  bool terminal_ = false;
  std::optional<std::string> hidden_ = {};  // what is typed without echo
  std::string out_;
  std::string err_;
};

}  // namespace storefleet::cli
