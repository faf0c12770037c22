#include "web/static_files.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "web/testing.hpp"

namespace storefleet::web {
namespace {

using StaticFilesTest = WebFilesTest;

TEST_F(StaticFilesTest, AnswersWithTypeTagAndLifetime) {
  write("index.html", "<p>");
  write("app.js", "1");
  write("app.css", "2");
  write("icon.svg", "3");
  write("noise", "4");
  write("assets/index-BfZ3x1A9.js", "5");
  write("assets/plain-component.js", "6");
  const auto files = StaticFiles::load(folder_).value();
  const auto field = [&](const std::string& name, const char* header) {
    return std::string(files.respond(name, {})->headers.get(header));
  };
  EXPECT_EQ(field("index.html", "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(field("app.js", "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(field("app.css", "Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(field("icon.svg", "Content-Type"), "image/svg+xml");
  EXPECT_EQ(field("noise", "Content-Type"), "application/octet-stream");
  EXPECT_EQ(field("index.html", "Cache-Control"), "no-cache");
  EXPECT_EQ(field("assets/plain-component.js", "Cache-Control"), "no-cache");
  EXPECT_EQ(field("assets/index-BfZ3x1A9.js", "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_NE(field("app.js", "ETag"), field("app.css", "ETag"));
  EXPECT_FALSE(files.respond("nothing.js", {}));
}

TEST_F(StaticFilesTest, WhatTheBrowserHasIsNotSentAgain) {
  write("app.js", "1");
  const auto files = StaticFiles::load(folder_).value();
  const std::string etag(files.respond("app.js", {})->headers.get("ETag"));
  for (const auto& sent : {etag, "W/" + etag, "\"other\" , " + etag, std::string("*")}) {
    const auto response = files.respond("app.js", {{"If-None-Match", sent}});
    EXPECT_EQ(response->status, 304U) << sent;
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(response->headers.get("ETag"), etag);
    EXPECT_EQ(response->headers.get("Cache-Control"), "no-cache");
  }
  EXPECT_EQ(files.respond("app.js", {{"If-None-Match", "\"other\""}})->status, 200U);
  write("app.js", "2");
  EXPECT_EQ(StaticFiles::load(folder_)->respond("app.js", {{"If-None-Match", etag}})->status, 200U);
}

TEST_F(StaticFilesTest, ChoosesTheCompressedFormThatTheClientTakes) {
  write("app.js", "plain");
  write("app.js.br", "small");
  write("app.js.gz", "smaller");
  write("other.js", "other");
  write("lonely.gz", "archive");
  const auto files = StaticFiles::load(folder_).value();
  EXPECT_EQ(files.size(), 3U);
  const auto body = [&](const char* accepted) {
    return files.respond("app.js", {{"Accept-Encoding", accepted}})->body;
  };
  EXPECT_EQ(body("gzip, deflate, br"), "small");
  EXPECT_EQ(body("gzip"), "smaller");
  EXPECT_EQ(body("br;q=0, gzip;q=0.5"), "smaller");
  EXPECT_EQ(body("*"), "small");
  EXPECT_EQ(body("identity"), "plain");
  EXPECT_EQ(body("br;q=0, *;q=0"), "plain");
  EXPECT_EQ(files.respond("app.js", {})->body, "plain");
  const auto compressed = files.respond("app.js", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(compressed->headers.get("Content-Encoding"), "br");
  EXPECT_EQ(compressed->headers.get("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(compressed->headers.get("Vary"), "Accept-Encoding");
  EXPECT_NE(compressed->headers.get("ETag"), files.respond("app.js", {})->headers.get("ETag"));
  EXPECT_FALSE(files.respond("other.js", {{"Accept-Encoding", "br"}})->headers.contains("Content-Encoding"));
  EXPECT_TRUE(files.contains("lonely.gz"));
}

TEST_F(StaticFilesTest, HiddenFilesAndLinksAreLeftOut) {
  write("index.html", "<p>");
  write(".env", "secret");
  write(".git/config", "secret");
  std::filesystem::create_symlink("/etc/passwd", folder_ + "/passwd.txt");
  std::filesystem::create_directory_symlink("/etc", folder_ + "/etc");
  const auto files = StaticFiles::load(folder_).value();
  EXPECT_EQ(files.size(), 1U);
}

TEST_F(StaticFilesTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_EQ(StaticFiles::load(folder_ + "/none").error().code, ErrorCode::kUnavailable);
}

TEST(FileNameTest, NoPathLeavesTheFolder) {
  EXPECT_EQ(file_name_of("/"), "");
  EXPECT_EQ(file_name_of("/a/b.js"), "a/b.js");
  EXPECT_EQ(file_name_of("/a%20b.js"), "a b.js");
  for (const auto* path :
       {"", "a", "/../etc/passwd", "/a/../../b", "/%2e%2e/b", "/%2E./b", "/a/%2e%2e%2fb", "/..%5cb", "/a//b",
        "//a", "/a/", "/.env", "/%2eenv", "/a/.git/config", "/a%00.js", "/%zz", "/%", "/a%0ab"})
    EXPECT_EQ(file_name_of(path), std::nullopt) << path;
}

}  // namespace
}  // namespace storefleet::web
