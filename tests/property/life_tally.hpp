// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>

namespace faultline::tests {

/// What lives have done and compared.
struct LifeTally {
    std::size_t equal = 0;
    std::size_t different = 0;
    std::map<std::string, std::size_t> views;       ///< Equal, by label.
    std::map<std::string, std::size_t> left_out;    ///< By label and reason.
    std::map<std::string, std::size_t> told;        ///< Incidents that degrade nothing.
    std::map<std::string, std::size_t> done;        ///< Operations, by name.
    std::map<std::string, std::size_t> refused;     ///< Transactions that reverted, by their last.
    std::map<std::string, std::size_t> unanswered;  ///< Planned calls that the model has not.
    std::size_t positions = 0;
    std::size_t reads = 0;
    std::size_t reverted_blocks = 0;
    std::size_t restarts = 0;
    std::size_t holders_read = 0;  ///< By bootstraps.

    [[nodiscard]] std::string text() const {
        std::string out = std::to_string(equal) + " answers equal, " + std::to_string(different) +
                          " different; " + std::to_string(positions) + " positions, " +
                          std::to_string(reads) + " reads, " + std::to_string(reverted_blocks) +
                          " blocks reverted, " + std::to_string(restarts) + " restarts, " +
                          std::to_string(holders_read) + " holders read";
        const auto list = [&out](const char* name, const auto& counts) {
            out += std::string("\n ") + name + ":";
            for (const auto& [what, times] : counts) {
                out += " " + what + " " + std::to_string(times) + ",";
            }
        };
        list("done", done);
        list("refused", refused);
        list("equal", views);
        list("left out", left_out);
        list("told", told);
        list("not answered", unanswered);
        return out;
    }
};

struct LifeOptions {
    std::uint64_t seed = 1;
    std::uint64_t blocks = 100;
    /// Blocks of history before the first live one.
    std::uint64_t history = 0;
    /// Views are compared in one block of so many.
    std::uint64_t compared_every = 3;
    bool noise = true;
    /// Everything is read anew after so many live blocks, by view calls, and followed from there.
    std::optional<std::uint64_t> read_anew_after{};
};

/// Seconds from one block to the next.
template <class Chance>
std::uint64_t elapsed(Chance& chance) {
    constexpr std::uint64_t kDay = 86'400;
    switch (chance.below(std::uint64_t{20})) {
        case 0:
            return 1 + chance.below(40 * kDay);
        case 1:
        case 2:
            return 1 + chance.below(kDay);
        default:
            return 1 + chance.below(std::uint64_t{24});
    }
}

/// An incident's text without what differs from one to the next.
inline std::string kind_of(const std::string& text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [](char c) {
        return c == ' ' || (c >= 'g' && c <= 'z');
    });
    return out.substr(0, 100);
}

}  // namespace faultline::tests
