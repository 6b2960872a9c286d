// SPDX-License-Identifier: Apache-2.0
#include "shape.hpp"

#include <faultline/base/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::delivery {
namespace {

constexpr std::string_view kEllipsis = "…";
/// Characters of so many bytes are beyond the basic plane: a pair of surrogates.
constexpr std::size_t kPairBytes = 4;

/// The first character, as it may be shown; moves `text` behind it.
std::string_view next_character(std::string_view& text) {
    const Utf8Run run = leading_utf8(text);
    const std::string_view character = text.substr(0, run.size);
    text.remove_prefix(run.size);
    if (!run.valid) {
        return kReplacement;
    }
    return steers(character) && character != "\n" ? " " : character;
}

}  // namespace

std::string verbatim(std::string_view character) {
    return std::string(character);
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    while (!text.empty()) {
        const std::size_t size = leading_utf8(text).size;
        units += size == kPairBytes ? 2 : 1;
        text.remove_prefix(size);
    }
    return units;
}

std::string fitted(std::string_view text, const Fit& fit) {
    std::string out;
    std::size_t used = 0;
    std::size_t cut = 0;  // Where the ellipsis still fits.
    while (!text.empty()) {
        const std::string_view character = next_character(text);
        const std::string written = fit.escape(character);
        const std::size_t cost = utf16_length(fit.counts_escapes ? written : character);
        if (used + cost > fit.most) {
            out.resize(cut);
            return fit.most == 0 ? std::string() : out.append(kEllipsis);
        }
        out += written;
        used += cost;
        if (used < fit.most) {
            cut = out.size();
        }
    }
    return out;
}

std::string fitted_or_dash(std::string_view text, const Fit& fit) {
    std::string out = fitted(text, fit);
    const bool seen = std::ranges::any_of(out, [](char c) { return c != ' ' && c != '\n'; });
    return seen ? out : "-";
}

std::string url_part(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~:";
    constexpr unsigned kNibble = 4;
    constexpr unsigned kLow = 0xf;
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.contains(c)) {
            out += c;
        } else {
            out += {'%', kDigits[byte >> kNibble], kDigits[byte & kLow]};
        }
    }
    return out;
}

}  // namespace faultline::delivery
