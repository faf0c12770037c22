#include "web/static_files.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "http/percent.hpp"

namespace storefleet::web {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 64UL * 1024 * 1024;
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

std::string etag_of(std::string_view bytes, std::string_view form) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  std::string text;
  for (const auto byte : hash) text += fmt::format("{:02x}", byte);
  return fmt::format("\"{}{}\"", text, form);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the text before the next comma off `list`.
std::string_view next_element(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const auto element = trimmed(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return element;
}

/// If-None-Match compares weakly: a proxy that compresses may have made the tag weak.
bool names_etag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    auto element = next_element(list);
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

/// "assets/index-BfZ3x1A9.js": bundlers put the hash of the content before the ending.
bool has_hash(std::string_view name) {
  constexpr std::size_t kHashLength = 8;
  if (!name.starts_with("assets/")) return false;
  name.remove_prefix(name.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < kHashLength + 1) return false;
  const auto before = name[dot - kHashLength - 1];
  const auto hash = name.substr(dot - kHashLength, kHashLength);
  const auto is_upper_or_digit = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return (before == '-' || before == '.') && std::ranges::any_of(hash, is_upper_or_digit) &&
         std::ranges::none_of(hash, [](char c) { return c == '.'; });
}

/// The value of "q=" in a coding's parameters; 1 where there is none, 0 where it is malformed.
double weight_of(std::string_view parameters) {
  parameters = trimmed(parameters);
  if (parameters.empty()) return 1;
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return 0;
  return std::strtod(std::string(parameters.substr(2)).c_str(), nullptr);
}

bool is_hidden(const fs::path& relative) {
  return std::ranges::any_of(relative, [](const fs::path& part) { return part.native().starts_with('.'); });
}

}  // namespace

std::optional<std::string> file_name_of(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.empty()) return std::string();
  std::string name;
  while (true) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = http::percent_decode(path.substr(0, end));
    const auto is_odd = [](char c) {
      return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (!segment || segment->empty() || segment->starts_with('.') || std::ranges::any_of(*segment, is_odd))
      return std::nullopt;
    name += *segment;
    if (end == path.size()) return name;
    name += '/';
    path.remove_prefix(end + 1);
  }
}

std::string_view media_type_of(std::string_view name) {
  static constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".ttf", "font/ttf"},
      {".wasm", "application/wasm"},
      {".xml", "application/xml"},
      {".txt", "text/plain; charset=utf-8"},
  });
  const auto found =
      std::ranges::find_if(kTypes, [&](const auto& type) { return name.ends_with(type.first); });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool by_star = false;
  while (!accept_encoding.empty()) {
    const auto element = next_element(accept_encoding);
    const auto semicolon = std::min(element.find(';'), element.size());
    const auto name = trimmed(element.substr(0, semicolon));
    const auto wanted = weight_of(element.substr(std::min(semicolon + 1, element.size()))) > 0;
    if (http::equals_ignoring_case(name, coding)) return wanted;
    if (name == "*") by_star = wanted;
  }
  return by_star;
}

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  StaticFiles loaded;
  std::map<std::string, std::string> found;
  std::uintmax_t total = 0;
  const auto failed = [&](std::string_view why) {
    return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", folder, why));
  };
  std::error_code error;
  fs::recursive_directory_iterator place(folder, error);
  for (; !error && place != fs::recursive_directory_iterator(); place.increment(error)) {
    const auto relative = place->path().lexically_relative(folder);
    if (is_hidden(relative) || place->symlink_status(error).type() != fs::file_type::regular) continue;
    total += place->file_size(error);
    if (total > kMostBytes) return failed("more than 64 MiB of files");
    std::ifstream file(place->path(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad() || !file.is_open()) return failed(relative.string() + " cannot be read");
    found.emplace(relative.generic_string(), std::move(bytes));
  }
  if (error) return failed(error.message());
  for (auto& [name, bytes] : found) {
    const bool gzip = name.ends_with(".gz") && found.contains(name.substr(0, name.size() - 3));
    const bool brotli = name.ends_with(".br") && found.contains(name.substr(0, name.size() - 3));
    auto& file = loaded.files_[gzip || brotli ? name.substr(0, name.size() - 3) : name];
    const auto* form = gzip ? "-gz" : brotli ? "-br" : "";
    Content content{.bytes = std::move(bytes), .etag = {}};
    content.etag = etag_of(content.bytes, form);
    if (gzip)
      file.gzip = std::move(content);
    else if (brotli)
      file.brotli = std::move(content);
    else
      file.plain = std::move(content);
  }
  return loaded;
}

std::optional<http::Response> StaticFiles::respond(std::string_view name,
                                                   const http::Headers& request) const {
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  const auto& file = found->second;
  const auto accepted = request.get("Accept-Encoding");
  const auto* content = &file.plain;
  http::Response response;
  if (file.brotli && accepts_coding(accepted, "br")) {
    content = &*file.brotli;
    response.headers.set("Content-Encoding", "br");
  } else if (file.gzip && accepts_coding(accepted, "gzip")) {
    content = &*file.gzip;
    response.headers.set("Content-Encoding", "gzip");
  }
  response.headers.set("ETag", content->etag);
  response.headers.set("Cache-Control", std::string(has_hash(name) ? kForever : kAskAgain));
  if (file.gzip || file.brotli) response.headers.set("Vary", "Accept-Encoding");
  if (names_etag(request.get("If-None-Match"), content->etag)) {
    response.status = 304;
    response.headers.remove("Content-Encoding");
    return response;
  }
  response.headers.set("Content-Type", std::string(media_type_of(name)));
  response.body = content->bytes;
  return response;
}

}  // namespace storefleet::web
