// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>

#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <system_error>

/// Imports of another monitor's folder, in process.
namespace faultline::import_test {

namespace fs = std::filesystem;

inline const std::string kShipped = std::string(FAULTLINE_SOURCE_DIR) + "/config/chains";

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

inline bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A folder of theirs, and what became of it.
class World {
  public:
    World() {
        const std::string test = Catch::getResultCapture().getCurrentTestName();
        root_ = fs::temp_directory_path() /
                ("faultline-import-" + std::to_string(std::hash<std::string>{}(test)) + "-" +
                 std::to_string(made_++));
        fs::remove_all(root_);
        put("networks/eth.json", R"({
  "network_type": "EVM", "slug": "Ethereum Mainnet", "name": "Ethereum", "chain_id": 1,
  "rpc_urls": [{"type_": "rpc", "url": {"type": "plain", "value": "https://rpc.test/key-hunter2"}, "weight": 50},
               {"type_": "rpc", "url": {"type": "environment", "value": "SECOND_RPC"}, "weight": 100}],
  "block_time_ms": 12000, "confirmation_blocks": 12})");
    }

    World(const World&) = delete;
    World& operator=(const World&) = delete;

    ~World() {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }

    void put(const std::string& path, const std::string& text) const {
        fs::create_directories((root_ / "in" / path).parent_path());
        std::ofstream(root_ / "in" / path) << text;
    }

    [[nodiscard]] fs::path out(const std::string& path) const { return root_ / "out" / path; }

    [[nodiscard]] std::string text(const std::string& path) const {
        std::ifstream file(out(path));
        return {std::istreambuf_iterator<char>(file), {}};
    }

    [[nodiscard]] Said import() const {
        std::ostringstream out;
        std::ostringstream err;
        config::Surroundings surroundings = config::process_surroundings();
        surroundings.variable = [this](const std::string& name) {
            asked.insert(name);
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
        const app::CommandLinePorts ports{
            .out = out,
            .err = err,
            .surroundings = surroundings,
            .run = {},
            .replay_tape = {},
            .replay_blocks = {},
            .record = {},
            .bootstrap = {},
            .resync = {},
            .graph_export = {},
        };
        Said said;
        said.status = app::command_line(
            {"import",
             "openzeppelin",
             (root_ / "in").string(),
             "--out",
             (root_ / "out").string(),
             "--chains",
             kShipped},
            ports
        );
        said.out = out.str();
        said.err = err.str();
        return said;
    }

    std::map<std::string, std::string> variables = {{"SECOND_RPC", "https://second.test/hunter2"}};
    /// What was asked of the environment.
    mutable std::set<std::string> asked;

  private:
    static inline int made_ = 0;
    fs::path root_;
};

}  // namespace faultline::import_test
