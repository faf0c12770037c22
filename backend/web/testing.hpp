#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace storefleet::web {

/// A folder that lasts as long as the test.
class WebFilesTest : public testing::Test {
 protected:
  WebFilesTest() { std::filesystem::create_directories(folder_); }
  ~WebFilesTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    const auto path = std::filesystem::path(folder_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  std::string folder_ = std::filesystem::temp_directory_path() / ("storefleet-web-" + random_base32(8));
};

}  // namespace storefleet::web
