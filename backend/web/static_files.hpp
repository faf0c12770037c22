#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace storefleet::web {

/// A folder of files for browsers, read whole when it is loaded: afterwards a request can name nothing that
/// is not in it. Files and folders that begin with a dot, and symbolic links, are left out. `name.br` and
/// `name.gz` beside `name` are its compressed forms, not files of their own. Immutable; any thread.
class StaticFiles {
 public:
  /// Unavailable where the folder cannot be read or holds more than 64 MiB.
  static Result<StaticFiles> load(const std::string& folder);

  [[nodiscard]] bool contains(std::string_view name) const { return files_.contains(name); }
  [[nodiscard]] std::size_t size() const { return files_.size(); }

  /// Answers a GET or HEAD for the file of that name: 200, or 304 where `If-None-Match` names what there is
  /// (RFC 9110, 13.1.2); a compressed form where `Accept-Encoding` allows it. What lies in `assets/` under a
  /// name with a hash may be kept for ever, the rest is asked for again each time. Nothing where there is no
  /// such file. A HEAD gets the body too, for its length: the server does not send it.
  [[nodiscard]] std::optional<http::Response> respond(std::string_view name,
                                                      const http::Headers& request) const;

 private:
  struct Content {
    std::string bytes;
    std::string etag;
  };
  struct File {
    Content plain;
    std::optional<Content> gzip;
    std::optional<Content> brotli;
  };

  std::map<std::string, File, std::less<>> files_;  // by path below the folder
};

/// The name of a file below a folder that a path on the wire (percent-encoded, begins with "/") means;
/// nothing where an escape is malformed, or a segment is empty, begins with a dot or has a backslash, "/" or
/// control character in it. "/" is the empty name.
std::optional<std::string> file_name_of(std::string_view path);

/// The media type that goes with a file's ending.
std::string_view media_type_of(std::string_view name);

/// Whether a request with this Accept-Encoding takes `coding` (RFC 9110, 12.5.3).
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

}  // namespace storefleet::web
