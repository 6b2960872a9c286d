// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::config {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kLongestShown = 60;

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitute = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({substitute, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(
    std::string_view word, const std::vector<std::string>& candidates
) {
    if (word.empty() || word.size() > kLongestWord) {
        return std::nullopt;
    }
    // A third of the letters may differ: "endpiont" finds endpoint, "chain" does not find name.
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::optional<std::string> found;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
    const auto found = nearest(word, candidates);
    return found ? "; did you mean " + quoted(*found) + "?" : "";
}

std::string quoted(std::string_view text) {
    const bool cut = text.size() > kLongestShown;
    std::string out = "\"";
    for (const char c : text.substr(0, kLongestShown)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            std::array<char, 8> buffer{};
            static_cast<void>(
                std::snprintf(buffer.data(), buffer.size(), "\\x%02x", static_cast<unsigned>(byte))
            );
            out += buffer.data();
        } else {
            out += c;
        }
    }
    return out + (cut ? "…\"" : "\"");
}

}  // namespace faultline::config
