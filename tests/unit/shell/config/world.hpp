// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>

#include <map>
#include <optional>
#include <string>

namespace faultline::test {

/// Environment and files that exist only in a test.
struct World {
    std::map<std::string, std::string> variables;
    std::map<std::string, std::string> files;

    [[nodiscard]] config::Surroundings surroundings() const {
        return {
            .variable = [this](const std::string& name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
            },
            .read_file = [this](const std::string& path) -> Result<std::string> {
                const auto found = files.find(path);
                if (found == files.end()) {
                    return Error(Code::kMissing, "cannot read " + path + ": no such file");
                }
                return found->second;
            },
        };
    }
};

}  // namespace faultline::test
