#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "http/client.hpp"

namespace storefleet::http {

Result<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (parsed.has_error())
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("not an absolute URL: {}", parsed.error().message()));
  const auto& view = *parsed;
  Url url;
  url.scheme = view.scheme_id() == boost::urls::scheme::https ? "https" : "http";
  if (view.scheme_id() != boost::urls::scheme::https && view.scheme_id() != boost::urls::scheme::http)
    return fail(ErrorCode::kInvalidArgument, "not an http or https URL");
  if (view.has_userinfo())
    return fail(ErrorCode::kInvalidArgument, "a URL must not hold a user name or password");
  url.host = view.host_address();
  if (url.host.empty()) return fail(ErrorCode::kInvalidArgument, "the URL names no host");
  url.port = url.scheme == "https" ? 443 : 80;
  if (const auto port = view.port(); !port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0)
      return fail(ErrorCode::kInvalidArgument, "the URL's port is not between 1 and 65535");
  }
  const std::string_view path{view.encoded_path().data(), view.encoded_path().size()};
  // Boost.URL 1.81 reads the host of "http://127.0.0.1.example.com" as an address with a path behind it.
  if (!path.empty() && !path.starts_with('/'))
    return fail(ErrorCode::kInvalidArgument, "the URL's host is malformed");
  url.target = path.empty() ? "/" : std::string(path);
  if (view.has_query())
    url.target +=
        fmt::format("?{}", std::string_view{view.encoded_query().data(), view.encoded_query().size()});
  return url;
}

}  // namespace storefleet::http
