#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "http/wire.hpp"

namespace storefleet::http {
namespace {

/// RFC 9110, 5.6.2
bool is_token(std::string_view text) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z') || kSymbols.find(letter) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < 0x20 && letter != '\t') || byte == 0x7f;
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char letter) {
           const auto byte = static_cast<unsigned char>(letter);
           return byte > 0x20 && byte < 0x7f;
         });
}

bool is_framing(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection");
}

bool headers_are_valid(const Headers& headers) {
  return std::ranges::all_of(
      headers, [](const auto& field) { return is_token(field.first) && is_field_value(field.second); });
}

void append_headers(std::string& head, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_framing(name)) head += fmt::format("{}: {}\r\n", name, value);
  }
}

/// "Tue, 24 Nov 2026 11:15:00 GMT" (RFC 9110, 5.6.7)
std::string date_header() {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto now = floor<seconds>(system_clock::now());
  const auto day = floor<days>(now);
  const year_month_day date{day};
  const hh_mm_ss clock{now - day};
  return fmt::format("Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", kDays.at(weekday{day}.c_encoding()),
                     static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

Result<std::string> request_head(const Request& request, std::string_view default_host) {
  if (!is_token(request.method)) return fail(ErrorCode::kInvalidArgument, "the HTTP method is not a token");
  if (!is_target(request.target))
    return fail(ErrorCode::kInvalidArgument, "the request target must be a percent-encoded path");
  if (!headers_are_valid(request.headers))
    return fail(ErrorCode::kInvalidArgument, "a request header holds characters that HTTP forbids");
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!request.headers.contains("Host")) head += fmt::format("Host: {}\r\n", default_host);
  append_headers(head, request.headers);
  const bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                        request.method == "PATCH";
  if (has_body) head += fmt::format("Content-Length: {}\r\n", request.body.size());
  return head + "\r\n";
}

std::string response_head(const Response& response, Framing framing, Connection connection) {
  if (!headers_are_valid(response.headers))
    return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  if (!response.headers.contains("Date")) head += date_header();
  append_headers(head, response.headers);
  if (framing == Framing::kChunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (response.status != 204 && response.status != 304) {
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  if (connection == Connection::kClose) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string format_chunk(std::string_view bytes) {
  if (bytes.empty()) return {};
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace storefleet::http
