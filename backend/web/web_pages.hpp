#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"
#include "web/static_files.hpp"

namespace storefleet::web {

/// What browsers get besides the API: the dashboard at "/", Swagger UI at "/docs". Open to everybody: neither
/// holds data. Immutable; any thread.
class WebPages {
 public:
  struct Page {
    std::string_view route;  // for logs and metrics: a closed set
    http::Response response;
  };

  /// No files: a landing page alone.
  WebPages() = default;

  /// A folder that is not there, or an empty name, is left out: the dashboard and Swagger UI are optional.
  static Result<WebPages> load(const std::string& dashboard_folder, const std::string& docs_folder);

  /// The answer to a GET or HEAD that no route of the API has; nothing where it is not for a page either.
  /// A navigation to a path of the dashboard that is no file gets its index.html, which shows what the
  /// path means; never below /api and /docs.
  [[nodiscard]] std::optional<Page> respond(const http::Request& request) const;

 private:
  [[nodiscard]] std::optional<http::Response> docs_file(std::string_view path,
                                                        const http::Headers& request) const;
  [[nodiscard]] std::optional<http::Response> dashboard_file(std::string_view path,
                                                             const http::Headers& request) const;

  std::optional<StaticFiles> dashboard_;
  std::optional<StaticFiles> docs_;
};

}  // namespace storefleet::web
