#pragma once
#include <memory>
#include <string>

#include "cli/api_client.hpp"
#include "cli/config.hpp"
#include "cli/environment.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"

namespace storefleet::cli {

/// What every command gets: the world, the global options, and the server once it is asked for.
class Session {
 public:
  Session(Environment& environment, Target target, OutputFormat format)
      : environment(environment), format(format), target_(std::move(target)) {}

  /// The API of the resolved server; connects on the first request.
  Outcome<ApiClient*> api();
  /// Another connection to the same server, to ask it something while a stream is open.
  Outcome<std::unique_ptr<ApiClient>> connect() const;

  [[nodiscard]] const Target& target() const { return target_; }

  Environment& environment;
  OutputFormat format;

 private:
  Target target_;
  std::unique_ptr<ApiClient> api_;
};

}  // namespace storefleet::cli
