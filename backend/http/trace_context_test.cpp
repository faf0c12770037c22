#include "http/trace_context.hpp"

#include <gtest/gtest.h>

namespace storefleet::http {
namespace {

constexpr auto kValid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContextTest, ReadsWhatItWrites) {
  const auto context = parse_traceparent(kValid);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(format_traceparent(*context), kValid);
  EXPECT_FALSE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
}

TEST(TraceContextTest, MalformedOnesAreNone) {
  for (const auto* text : {"", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                           "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                           "00-4bf92f3577b34da6a3ce929d0e0e473\"-00f067aa0ba902b7-01"})
    EXPECT_FALSE(parse_traceparent(text)) << text;
  EXPECT_TRUE(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"))
      << "what a later version adds is skipped";
}

TEST(TraceContextTest, ARequestContinuesTheTraceInASpanOfItsOwn) {
  const auto context = continue_trace({{"traceparent", kValid}});
  EXPECT_EQ(context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(context.span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(context.sampled);
  EXPECT_TRUE(parse_traceparent(format_traceparent(context)));
}

TEST(TraceContextTest, WithoutAValidOneATraceBegins) {
  const auto fresh = continue_trace({});
  EXPECT_EQ(parse_traceparent(format_traceparent(fresh)), fresh);
  EXPECT_FALSE(fresh.sampled);
  EXPECT_NE(continue_trace({}).trace_id, fresh.trace_id);
  EXPECT_NE(continue_trace({{"traceparent", kValid}, {"traceparent", kValid}}).trace_id,
            "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(continue_trace({{"traceparent", "nonsense"}}).trace_id, "");
}

}  // namespace
}  // namespace storefleet::http
