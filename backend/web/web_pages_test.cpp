#include "web/web_pages.hpp"

#include <gmock/gmock.h>

#include "web/testing.hpp"

namespace storefleet::web {
namespace {

using testing::HasSubstr;
using testing::Not;

const http::Headers navigation{{"Accept", "text/html,application/xhtml+xml"}, {"Sec-Fetch-Mode", "navigate"}};

class WebPagesTest : public WebFilesTest {
 protected:
  WebPagesTest() {
    write("dashboard/index.html", "<p>dashboard");
    write("dashboard/assets/index-BfZ3x1A9.js", "1");
    write("docs/index.html", "<p>docs");
    write("docs/swagger-ui.css", "a{}");
    write("docs/swagger-ui-bundle.js", "2");
    write("docs/start.js", "3");
    pages_ = WebPages::load(folder_ + "/dashboard", folder_ + "/docs").value();
  }

  /// The status, 0 where it is no page.
  [[nodiscard]] unsigned status(const std::string& target, const http::Headers& headers = {},
                                const std::string& method = "GET") const {
    const auto page = pages_.respond({.method = method, .target = target, .headers = headers});
    return page ? page->response.status : 0;
  }
  [[nodiscard]] http::Response get(const std::string& target, const http::Headers& headers = {}) const {
    return pages_.respond({.target = target, .headers = headers}).value().response;
  }

  WebPages pages_;
};

TEST_F(WebPagesTest, SwaggerUiIsAtDocs) {
  for (const auto* target : {"/docs", "/docs/", "/docs/index.html", "/docs?x=1"})
    EXPECT_EQ(get(target).body, "<p>docs") << target;
  EXPECT_EQ(get("/docs/swagger-ui.css").headers.get("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(get("/docs/swagger-ui-bundle.js").headers.get("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/docs/start.js").body, "3");
  EXPECT_EQ(status("/docs/none", navigation), 0U) << "no page of the dashboard below /docs";
  EXPECT_EQ(pages_.respond({.target = "/docs"})->route, "/docs");
}

TEST_F(WebPagesTest, TheDashboardAnswersNavigationsToItsOwnPaths) {
  EXPECT_EQ(get("/").body, "<p>dashboard");
  EXPECT_EQ(get("/stores/demo?tab=logs", navigation).body, "<p>dashboard");
  EXPECT_EQ(get("/assets/index-BfZ3x1A9.js").body, "1");
  EXPECT_EQ(status("/stores/demo", {{"Accept", "*/*"}}), 0U);
  EXPECT_EQ(status("/stores/demo", {{"Accept", "text/html"}, {"Sec-Fetch-Mode", "cors"}}), 0U);
  EXPECT_EQ(status("/assets/index-of-older-build.js", navigation), 0U);
  for (const auto* target : {"/api", "/api/v1/nothing", "/%61pi/v1/stores", "/metrics", "/../etc/passwd",
                             "/%2e%2e/%2e%2e/etc/passwd", "/.env", "/%zz"})
    EXPECT_EQ(status(target, navigation), 0U) << target;
  EXPECT_EQ(pages_.respond({.target = "/stores/demo", .headers = navigation})->route, "/");
}

TEST_F(WebPagesTest, OnlyGetAndHead) {
  EXPECT_EQ(status("/", {}, "HEAD"), 200U);
  EXPECT_EQ(status("/docs", {}, "HEAD"), 200U);
  EXPECT_EQ(status("/", navigation, "POST"), 0U);
}

TEST_F(WebPagesTest, EveryPageIsProtected) {
  for (const auto* target : {"/", "/docs", "/docs/swagger-ui-bundle.js", "/assets/index-BfZ3x1A9.js"}) {
    const auto response = get(target);
    EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.get("Referrer-Policy"), "same-origin");
    const std::string policy(response.headers.get("Content-Security-Policy"));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  }
}

TEST_F(WebPagesTest, WithoutADashboardAPageSaysHowToGoOn) {
  pages_ = WebPages::load(folder_ + "/none", folder_ + "/docs").value();
  EXPECT_THAT(get("/").body, HasSubstr("href=\"/docs\""));
  EXPECT_THAT(get("/").body, HasSubstr("storefleet login"));
  EXPECT_EQ(status("/stores/demo", navigation), 0U);
  EXPECT_EQ(status("/docs"), 200U);
  pages_ = WebPages();
  EXPECT_EQ(status("/"), 200U);
  EXPECT_EQ(status("/docs"), 0U);
}

}  // namespace
}  // namespace storefleet::web
