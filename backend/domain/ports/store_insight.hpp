#pragma once
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/insight.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {

/// Admin login of one store.
struct Credentials {
  std::string username;
  std::string password;
};

/// Admits whoever opens it to a store's administration, once, until it expires.
struct LoginLink {
  std::string url;
  TimePoint expires_at;
};

/// Reads what lives inside a store namespace.
class StoreInsight {
 public:
  virtual ~StoreInsight() = default;
  /// NotFound until the store has an admin account.
  virtual Task<Result<Credentials>> credentials(Store store) = 0;
  /// The same; InvalidArgument where the engine has no one-click login.
  virtual Task<Result<LoginLink>> login_link(Store store) = 0;
  /// Finds what a query is about. InvalidArgument with reason UnknownComponent or UnknownContainer and the
  /// names there are; Conflict with reason NoPod or ContainerNotRunning where it has no log yet.
  virtual Task<Result<LogSource>> find_log(Store store, LogQuery query) = 0;
  /// The log's lines, each with its time. Errors as find_log, since pods come and go.
  virtual Task<Result<std::string>> logs(LogSource source, LogQuery query) = 0;
  /// Gives the lines to `write`, also those that are still to come, until the container ends, `write` fails,
  /// the longest duration is over, or the calling task is cancelled. What `write` refers to must live as
  /// long.
  virtual Task<Result<void>> follow_logs(LogSource source, LogQuery query, LogWriter write) = 0;
  /// What there is; nothing of it is required to be there.
  virtual Task<Result<StoreUsage>> usage(Store store) = 0;
};

}  // namespace storefleet::inline domain
