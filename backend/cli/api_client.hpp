#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/json.hpp"
#include "base/task.hpp"
#include "cli/config.hpp"
#include "cli/outcome.hpp"
#include "http/client.hpp"

namespace storefleet::cli {

/// The API of one server, called synchronously over a kept-alive connection. Names under .localhost go to the
/// loopback address, whatever the resolver knows (RFC 6761, 6.3).
class ApiClient {
 public:
  static Outcome<std::unique_ptr<ApiClient>> create(const Context& context);

  /// The JSON of a 2xx answer, null where it has no body; anything else is a failure that names its remedy
  /// and the next command.
  Outcome<json::value> get(const std::string& path);
  Outcome<json::value> send(const std::string& method, const std::string& path,
                            const std::optional<json::object>& body = std::nullopt,
                            const http::Headers& headers = {});

  /// The same with everything that came: for headers.
  Outcome<http::Response> exchange(const std::string& method, const std::string& path,
                                   const std::optional<json::object>& body, const http::Headers& headers);

  /// The whole answer to a GET, whatever its status; the error says why there is none.
  Result<http::Response> fetch(const std::string& path);

  /// How long a request may take; at first as long as an order test of a slow store.
  void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline; }
  /// The body of a 2xx answer as it is.
  Outcome<std::string> text(const std::string& path);
  /// Hands the body of a 2xx answer to `on_chunk` as it comes, until it ends or `on_chunk` returns false.
  Outcome<void> stream(const std::string& path, const std::function<bool(std::string_view)>& on_chunk);

  [[nodiscard]] const std::string& server() const { return server_; }

 private:
  ApiClient(std::string server, http::Url url, std::string token);
  http::Request request_of(const std::string& method, const std::string& path, std::string accept) const;
  Result<http::Response> run(Task<Result<http::Response>> call);
  /// Runs the call to its end; anything but a 2xx answer is a failure.
  Outcome<http::Response> finish(Task<Result<http::Response>> call);
  CommandFailure failure_of(const http::Response& response) const;

  std::string server_;
  http::Url url_;
  std::string token_;
  std::chrono::milliseconds deadline_{90'000};
  asio::io_context context_{1};
  std::unique_ptr<http::Client> client_;
};

/// Whether a host name means this machine.
bool is_loopback_name(std::string_view host);

/// "/api/v1/stores/<name><rest>", encoded.
std::string store_path(const std::string& name, const std::string& rest = {});

}  // namespace storefleet::cli
