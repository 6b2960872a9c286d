// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <system_error>

namespace faultline::store {

/// A folder of its own that goes with the object.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_((std::filesystem::temp_directory_path() / "faultline-test-XXXXXX").string()) {
        REQUIRE(::mkdtemp(path_.data()) != nullptr);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Where a test puts its database: does not exist yet.
    [[nodiscard]] std::string database() const { return path_ + "/data"; }

  private:
    std::string path_;
};

}  // namespace faultline::store
