// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/hex.hpp>
#include <faultline/shell/tape/line_reader.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <shell/simnode/tape_chain.hpp>
#include <string>
#include <utility>
#include <vector>

namespace faultline::simnode::testing {

/// Lines of a tape without a file.
class Lines final : public tape::LineReader {
  public:
    explicit Lines(std::vector<std::string> lines) : lines_(std::move(lines)) {}

    Result<std::optional<tape::Line>> next() override {
        if (given_ == lines_.size()) {
            return std::optional<tape::Line>();
        }
        const std::string& text = lines_[given_++];
        tape::Line line;
        line.kind = text.starts_with(R"({"tape")")       ? tape::LineKind::kManifest
                    : text.starts_with(R"({"reverted")") ? tape::LineKind::kReverted
                                                         : tape::LineKind::kApplied;
        line.number = given_;
        line.json = text;
        return std::optional(line);
    }

    [[nodiscard]] const std::optional<std::string>& cut() const override { return cut_; }

    [[nodiscard]] std::string place() const override {
        return path_ + ":" + std::to_string(given_);
    }

    [[nodiscard]] const std::string& path() const override { return path_; }

  private:
    std::vector<std::string> lines_;
    std::size_t given_ = 0;
    std::optional<std::string> cut_;
    std::string path_ = "t.zst";
};

/// The hash of a block: its number and its branch, filled up.
inline std::string hash(std::size_t number, char branch = 'a') {
    std::string text = quantity_hex(number).substr(2);
    return "0x" + std::string(4 - std::min<std::size_t>(4, text.size()), '0') + text +
           std::string(60, branch);
}

inline std::string word(char digit) {
    return "0x" + std::string(64, digit);
}

inline std::string address(char digit) {
    return "0x" + std::string(40, digit);
}

inline std::string log(
    std::size_t number, char branch, char who, const std::vector<char>& topics, std::size_t index
) {
    std::string list;
    for (const char topic : topics) {
        list += (list.empty() ? "\"" : ",\"") + word(topic) + "\"";
    }
    return R"({"address":")" + address(who) + R"(","topics":[)" + list +
           R"(],"data":"0xab","blockNumber":")" + quantity_hex(number) + R"(","blockHash":")" +
           hash(number, branch) + R"(","logIndex":")" + quantity_hex(index) +
           R"(","transactionHash":")" + word('9') +
           R"(","transactionIndex":"0x0","removed":false})";
}

struct BlockText {
    std::size_t number = 0;
    char branch = 'a';
    char parent_branch = 'a';
    std::vector<std::string> logs;
    std::string more;  ///< Further fields, beginning with a comma.

    [[nodiscard]] std::string header() const {
        return R"({"number":")" + quantity_hex(number) + R"(","hash":")" + hash(number, branch) +
               R"(","parentHash":")" + hash(number - 1, parent_branch) + R"(","timestamp":"0x1"})";
    }

    [[nodiscard]] std::string line() const {
        std::string list;
        for (const std::string& text : logs) {
            list += (list.empty() ? "" : ",") + text;
        }
        return R"({"header":)" + header() + R"(,"logs":[)" + list + "]" + more + "}";
    }
};

inline std::string reverted(std::size_t number, char branch) {
    return R"({"reverted":{"number":")" + quantity_hex(number) + R"(","hash":")" +
           hash(number, branch) + "\"}}";
}

inline const std::string kManifest =
    R"({"tape":1,"chainId":"0x7a69","about":"a test","manifest":{}})";

/// Blocks 1 to `last` of branch a, each with one log of contract c.
inline std::vector<std::string> straight(std::size_t last) {
    std::vector<std::string> lines{kManifest};
    for (std::size_t number = 1; number <= last; ++number) {
        lines.push_back(
            BlockText{.number = number, .logs = {log(number, 'a', 'c', {'1', '2'}, 0)}, .more = ""}
                .line()
        );
    }
    return lines;
}

inline TapeChain load(std::vector<std::string> lines) {
    Lines reader(std::move(lines));
    auto tape = TapeChain::load(reader);
    REQUIRE(tape.has_value());
    return std::move(*tape);
}

}  // namespace faultline::simnode::testing
