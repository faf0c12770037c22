#include "base/time.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace storefleet::inline base {
namespace {

/// The `count` digits of `text` at `position` as a number.
std::optional<int> digits(std::string_view text, std::size_t position, std::size_t count) {
  if (text.size() < position + count) return std::nullopt;
  int value = 0;
  for (std::size_t i = position; i < position + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::string format_time(TimePoint time) {
  using namespace std::chrono;
  const auto ms = floor<milliseconds>(time);
  const auto day = floor<days>(ms);
  const year_month_day date{day};
  const hh_mm_ss clock{ms - day};
  // By hand: a page of stores holds thousands of times, and parsing a format string for each was half its
  // cost.
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t last, auto number) {
    for (auto rest = static_cast<std::uint64_t>(number); rest != 0; rest /= 10)
      text[last--] = static_cast<char>('0' + rest % 10);
  };
  put(3, std::clamp(static_cast<int>(date.year()), 0, 9999));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  put(12, clock.hours().count());
  put(15, clock.minutes().count());
  put(18, clock.seconds().count());
  put(22, clock.subseconds().count());
  return text;
}

std::optional<TimePoint> parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':' || *h > 23 || *mi > 59 || *s > 60)
    return std::nullopt;
  // The clock counts nanoseconds: from 2262 on it would overflow.
  if (*y < 1700 || *y > 2200) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  nanoseconds fraction{0};
  std::size_t position = 19;
  if (position < text.size() && text[position] == '.') {
    nanoseconds unit{100'000'000};
    ++position;
    const std::size_t first = position;
    for (; position < text.size() && text[position] >= '0' && text[position] <= '9'; ++position) {
      fraction += unit * (text[position] - '0');
      unit /= 10;
    }
    if (position == first) return std::nullopt;
  }
  const auto zone = text.substr(position);
  minutes offset{0};
  if (zone != "Z" && zone != "z") {
    const auto oh = digits(zone, 1, 2), om = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !oh || !om)
      return std::nullopt;
    offset = hours{*oh} + minutes{*om};
    if (zone[0] == '-') offset = -offset;
  }
  return time_point_cast<TimePoint::duration>(sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} +
                                              fraction - offset);
}

}  // namespace storefleet::inline base
