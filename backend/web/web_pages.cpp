#include "web/web_pages.hpp"

#include <filesystem>

#include "http/percent.hpp"

namespace storefleet::web {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kDocs = "/docs";

/// Nothing inline, nothing foreign; Swagger UI works with it too.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

/// Shown at "/" where no dashboard was built.
constexpr std::string_view kLandingPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Storefleet</title>
<h1>Storefleet</h1>
<p>This is the server of an online store platform. It was built without the dashboard; everything works from the
command line and by REST.</p>
<h2>Command line</h2>
<p>Log in with this page's address and a token; <code>deploy.sh</code> prints where the first administrator's is.</p>
<pre>storefleet login ADDRESS --token-stdin &lt; token
storefleet create demo --wait
storefleet open demo</pre>
<h2>REST</h2>
<p><a href="/docs">Try every operation in the browser</a>, or read <a href="/openapi.json">the contract</a>
(OpenAPI 3.1).</p>
</html>
)";

void protect(http::Response& response) {
  response.headers.set("Content-Security-Policy", std::string(kPolicy));
  response.headers.set("X-Content-Type-Options", "nosniff");
  // Not no-referrer: with that, browsers send "Origin: null" where the server must know its own pages.
  response.headers.set("Referrer-Policy", "same-origin");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// A person who follows a link or types an address, in contrast to a page that loads its parts.
bool is_navigation(const http::Headers& headers) {
  const auto mode = headers.get("Sec-Fetch-Mode");
  if (!mode.empty() && mode != "navigate") return false;
  return headers.get("Accept").contains("text/html");
}

Result<std::optional<StaticFiles>> load_optional(const std::string& folder) {
  std::error_code error;
  if (folder.empty() || !std::filesystem::is_directory(folder, error)) return std::nullopt;
  auto files = StaticFiles::load(folder);
  if (!files) return std::unexpected(files.error());
  if (!files->contains(kIndex)) return std::nullopt;
  return *std::move(files);
}

}  // namespace

Result<WebPages> WebPages::load(const std::string& dashboard_folder, const std::string& docs_folder) {
  WebPages pages;
  auto dashboard = load_optional(dashboard_folder);
  if (!dashboard) return std::unexpected(dashboard.error());
  pages.dashboard_ = *std::move(dashboard);
  auto docs = load_optional(docs_folder);
  if (!docs) return std::unexpected(docs.error());
  pages.docs_ = *std::move(docs);
  return pages;
}

std::optional<http::Response> WebPages::docs_file(std::string_view path, const http::Headers& request) const {
  if (!docs_) return std::nullopt;
  path.remove_prefix(kDocs.size());
  const auto name = path.empty() ? std::string() : file_name_of(path);
  if (!name) return std::nullopt;
  return docs_->respond(name->empty() ? kIndex : *name, request);
}

std::optional<http::Response> WebPages::dashboard_file(std::string_view path,
                                                       const http::Headers& request) const {
  const auto name = file_name_of(path);
  if (!name) return std::nullopt;
  if (!dashboard_) {
    if (!name->empty()) return std::nullopt;
    return http::Response{
        .status = 200,
        .headers = {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-cache"}},
        .body = std::string(kLandingPage)};
  }
  if (auto file = dashboard_->respond(name->empty() ? kIndex : *name, request)) return file;
  if (is_below(*name, "assets") || !is_navigation(request)) return std::nullopt;
  return dashboard_->respond(kIndex, request);
}

std::optional<WebPages::Page> WebPages::respond(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const auto path = http::split_target(request.target).path;
  const auto decoded = http::percent_decode(path);
  // "/%61pi" is no page either.
  if (!decoded || is_below(*decoded, "/api") || is_below(*decoded, "/metrics")) return std::nullopt;
  const bool is_docs = is_below(*decoded, kDocs);
  if (is_docs && !is_below(path, kDocs)) return std::nullopt;
  auto response = is_docs ? docs_file(path, request.headers) : dashboard_file(path, request.headers);
  if (!response) return std::nullopt;
  protect(*response);
  return Page{.route = is_docs ? "/docs" : "/", .response = *std::move(response)};
}

}  // namespace storefleet::web
