#include "http/wire.hpp"

#include <gtest/gtest.h>

#include "http/client.hpp"

namespace storefleet::http {
namespace {

TEST(RequestHead, SetsFramingItself) {
  Request request{"POST", "/a?b=c", {{"content-length", "999"}, {"Accept", "x"}}, "hello"};
  const auto head = request_head(request, "shop:80");
  ASSERT_TRUE(head);
  EXPECT_EQ(*head, "POST /a?b=c HTTP/1.1\r\nHost: shop:80\r\nAccept: x\r\nContent-Length: 5\r\n\r\n");
}

TEST(RequestHead, RefusesWhatWouldBreakTheFraming) {
  EXPECT_FALSE(request_head({.method = "GET /"}, "h"));
  EXPECT_FALSE(request_head({.target = "/a b"}, "h"));
  EXPECT_FALSE(request_head({.target = "/a\r\nX: y"}, "h"));
  EXPECT_FALSE(request_head({.target = "relative"}, "h"));
  EXPECT_FALSE(request_head({.headers = {{"X", "a\r\nY: b"}}}, "h"));
  EXPECT_FALSE(request_head({.headers = {{"X Y", "a"}}}, "h"));
}

/// Feeds `text` in pieces of `size` and returns the reader's first failure.
Result<void> feed(ResponseReader& reader, std::string_view text, std::size_t size) {
  for (std::size_t at = 0; at < text.size(); at += size) {
    auto fed = reader.feed(text.substr(at, size));
    if (!fed) return fed;
  }
  return {};
}

TEST(ResponseReader, ReadsAnyFramingInAnyPieces) {
  const std::string texts[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2\r\nhe\r\n3;e=1\r\nllo\r\n0\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-a: b\r\nContent-Length: 5\r\n\r\nhello",
  };
  for (const auto& text : texts) {
    for (std::size_t size = 1; size <= text.size(); ++size) {
      ResponseReader reader(100, "GET");
      ASSERT_TRUE(feed(reader, text, size)) << text << size;
      ASSERT_TRUE(reader.done()) << text << size;
      EXPECT_TRUE(reader.keep_alive());
      const auto response = reader.take();
      EXPECT_EQ(response.status, 200U);
      EXPECT_EQ(response.body, "hello");
      EXPECT_EQ(response.headers.get("x-A"), "b");
    }
  }
}

TEST(ResponseReader, KnowsWhenTheConnectionEndsTheBody) {
  ResponseReader reader(100, "GET");
  ASSERT_TRUE(reader.feed("HTTP/1.1 200 OK\r\n\r\nhello"));
  EXPECT_FALSE(reader.done());
  ASSERT_TRUE(reader.end_of_stream());
  EXPECT_TRUE(reader.done());
  EXPECT_FALSE(reader.keep_alive());
  EXPECT_EQ(reader.take().body, "hello");
}

TEST(ResponseReader, FailsOnTruncationSizeAndNonsense) {
  ResponseReader truncated(100, "GET");
  ASSERT_TRUE(truncated.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
  EXPECT_EQ(truncated.end_of_stream().error().code, ErrorCode::kUnavailable);
  ResponseReader large(4, "GET");
  EXPECT_EQ(large.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").error().code,
            ErrorCode::kInternal);
  ResponseReader chunked(4, "GET");
  EXPECT_FALSE(chunked.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
  ResponseReader nonsense(100, "GET");
  EXPECT_FALSE(nonsense.feed("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
}

TEST(ResponseReader, TakesTheBeginningOfWhatIsTooLongWhereThatIsWanted) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n";
  ResponseReader reader(10, "GET", {}, OverlongBody::kCut);
  ASSERT_TRUE(reader.feed(head + "0123456789"));
  EXPECT_FALSE(reader.cut()) << "it may end here";
  ASSERT_TRUE(reader.feed("abc"));
  EXPECT_TRUE(reader.cut());
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.take().body, "0123456789");
  ResponseReader strict(10, "GET");
  EXPECT_FALSE(strict.feed(head + "0123456789abc"));
}

TEST(ResponseReader, HeadAndNoContentHaveNoBody) {
  ResponseReader head(100, "HEAD");
  ASSERT_TRUE(head.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_TRUE(head.done());
  ResponseReader empty(100, "GET");
  ASSERT_TRUE(empty.feed("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_TRUE(empty.done());
}

TEST(ResponseReader, StreamsOnlySuccess) {
  std::string streamed;
  const auto sink = [&](std::string_view piece) {
    streamed += piece;
    return streamed.size() < 3;
  };
  ResponseReader good(4, "GET", sink);
  ASSERT_TRUE(good.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"));
  EXPECT_FALSE(good.refused());
  ASSERT_TRUE(good.feed("cdef"));
  EXPECT_TRUE(good.refused());
  ASSERT_TRUE(good.feed("ghi"));
  EXPECT_EQ(streamed, "abcdef");
  ResponseReader bad(100, "GET", sink);
  ASSERT_TRUE(bad.feed("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"));
  EXPECT_EQ(bad.take().body, "gone");
  EXPECT_EQ(streamed, "abcdef");
}

TEST(RequestReader, ReadsPipelinedRequestsInAnyPieces) {
  const std::string text =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
      "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    RequestReader reader(1000, 1000);
    std::vector<Request> requests;
    for (std::size_t at = 0; at < text.size(); at += size) {
      ASSERT_FALSE(reader.feed(std::string_view(text).substr(at, size)));
      while (reader.done()) {
        requests.push_back(reader.take());
        ASSERT_FALSE(reader.feed(""));
      }
    }
    ASSERT_EQ(requests.size(), 2U) << size;
    EXPECT_EQ(requests[0].body, "hi");
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[1].target, "/b");
    EXPECT_FALSE(reader.started());
  }
}

TEST(RequestReader, RefusesWithTheRightStatus) {
  const std::string long_header = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n";
  const std::pair<std::string, unsigned> cases[] = {
      {"GARBAGE\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n" + std::string(4095, 'x'),
       413},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {long_header, 431},
  };
  for (const auto& [text, status] : cases) {
    RequestReader reader(1000, 1000);
    const auto refusal = reader.feed(text);
    ASSERT_TRUE(refusal) << text;
    EXPECT_EQ(refusal->status, status) << text << refusal->message;
  }
}

TEST(RequestReader, TellsWhoWaitsForContinue) {
  RequestReader reader(1000, 1000);
  ASSERT_FALSE(reader.feed("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_TRUE(reader.expects_continue());
  ASSERT_FALSE(reader.feed("ok"));
  EXPECT_FALSE(reader.expects_continue());
  EXPECT_TRUE(reader.done());
}

TEST(RequestReader, TellsOfABodyBeforeItComes) {
  RequestReader reader(1000, 1000);
  ASSERT_FALSE(reader.feed("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"));
  EXPECT_FALSE(reader.has_body());
  ASSERT_FALSE(reader.feed("\r\nhi"));
  EXPECT_TRUE(reader.has_body());
  EXPECT_EQ(reader.declared_length(), 4U);
  EXPECT_EQ(reader.body_size(), 2U);
  EXPECT_EQ(reader.head().target, "/a");
  EXPECT_EQ(reader.head().headers.get("Host"), "h");
  ASSERT_FALSE(reader.feed("ho"));
  EXPECT_EQ(reader.take().body, "hiho");
  ASSERT_FALSE(reader.feed("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(reader.has_body());
  reader.take();
  ASSERT_FALSE(reader.feed("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
  EXPECT_TRUE(reader.has_body());
  EXPECT_EQ(reader.declared_length(), std::nullopt);
}

TEST(ResponseHead, NeverLetsAHeaderBreakOut) {
  Response response;
  response.headers.set("Location", "/a\r\nSet-Cookie: x=y");
  const auto head = response_head(response, Framing::kContentLength, Connection::kKeepAlive);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
}

TEST(Url, ReadsAndRefuses) {
  const auto url = parse_url("https://[::1]:6443/base?x=1#f");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 6443);
  EXPECT_EQ(url->target, "/base?x=1");
  EXPECT_EQ(parse_url("http://shop.example")->port, 80);
  EXPECT_EQ(parse_url("https://shop.example")->target, "/");
  for (const auto* text : {"", "shop", "ftp://a/", "http://", "http://u:p@h/", "http://h:99999/",
                           "http://h:0/", "http://127.0.0.1.example", "http://127.0.0.1x/"})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace
}  // namespace storefleet::http
