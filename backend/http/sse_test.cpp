#include "http/sse.hpp"

#include <gtest/gtest.h>

namespace storefleet::http {
namespace {

TEST(Sse, FormatsEvents) {
  EXPECT_EQ(format_event({"7", "store", R"({"a":1})"}), "id: 7\nevent: store\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(format_event({"", "", "one\ntwo\r\nthree"}), "data: one\ndata: two\ndata: three\n\n");
  EXPECT_EQ(format_event({"1\n2", "a\rb", ""}), "id: 12\nevent: ab\ndata: \n\n");
}

struct ParseCase {
  const char* name;
  std::string text;
  std::vector<ServerSentEvent> events;
};

TEST(Sse, ParsesWhereverTheBytesAreSplit) {
  const ParseCase cases[] = {
      {"one", "data: a\n\n", {{"", "", "a"}}},
      {"all fields", "id: 1\nevent: e\ndata: a\ndata: b\n\n", {{"1", "e", "a\nb"}}},
      {"carriage returns", "data: a\r\rdata: b\r\n\r\n", {{"", "", "a"}, {"", "", "b"}}},
      {"comment and heartbeat", ":\n\n: x\ndata:a\n\n", {{"", "", "a"}}},
      {"id stays", "id: 1\ndata: a\n\ndata: b\n\n", {{"1", "", "a"}, {"1", "", "b"}}},
      {"no data, no event", "event: e\n\ndata\n\n", {{"", "", ""}}},
      {"unfinished", "data: a\n\ndata: b\n", {{"", "", "a"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "data: a\n\n",
       {{"", "", "a"}}},
      {"only one space goes", "data:  a\n\n", {{"", "", " a"}}},
  };
  for (const auto& test : cases) {
    for (std::size_t size = 1; size <= test.text.size(); ++size) {
      EventStreamParser parser;
      std::vector<ServerSentEvent> events;
      for (std::size_t at = 0; at < test.text.size(); at += size) {
        for (auto& event : parser.feed(std::string_view(test.text).substr(at, size))) events.push_back(event);
      }
      EXPECT_EQ(events, test.events) << test.name << " in pieces of " << size;
    }
  }
}

TEST(Sse, ReadsWhatItWrote) {
  const ServerSentEvent event{"42", "status", "line one\nline two"};
  EventStreamParser parser;
  EXPECT_EQ(parser.feed(format_event(event) + ":\n\n"), std::vector{event});
  EXPECT_EQ(parser.last_event_id(), "42");
}

}  // namespace
}  // namespace storefleet::http
