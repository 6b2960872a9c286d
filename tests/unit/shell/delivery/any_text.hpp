// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/utf8.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Texts as bad as they come, and what a JSON body holds of them.
namespace faultline::delivery::testing {

/// Markup, controls, every length of UTF-8, pairs of surrogates, joined emoji and bytes that are no
/// character.
inline std::string any_text(runtime::Random& random, std::size_t most_pieces) {
    static constexpr std::array<std::string_view, 28> kPieces = {
        "a",
        "health factor ",
        "\n",
        "\t",
        "&",
        "<",
        ">",
        "<b>",
        "*",
        "_",
        "`",
        "\\",
        "@everyone",
        "é",
        "‰",
        "€",
        "漢",
        "\U0001f600",
        "\U0001f469\u200d\U0001f680",
        "\xff",
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xed\xa0\x80",
        std::string_view("\0", 1),
        "\x1b",
        "\x7f",
        "\"",
        " "
    };
    std::string out;
    const std::size_t pieces = random.next() % (most_pieces + 1);
    for (std::size_t i = 0; i < pieces; ++i) {
        out += kPieces.at(random.next() % kPieces.size());
    }
    return out;
}

/// Any transition whose texts are up to about so long.
inline alerts::Transition any_transition(runtime::Random& random, std::size_t most_pieces) {
    using alerts::Kind;
    static constexpr std::array kKinds = {
        Kind::kPending, Kind::kFiring, Kind::kResolved, Kind::kRetracted
    };
    alerts::Transition out;
    out.fingerprint = "a1b2c3d4e5f60718";
    out.episode = "100-0a0b0c0d";
    out.kind = kKinds.at(random.next() % kKinds.size());
    out.retracts = random.next() % 2 == 0 ? Kind::kFiring : Kind::kResolved;
    out.block.number = random.next() % 100'000'000;
    out.block_timestamp_s = random.next();
    out.rule = any_text(random, most_pieces / 4);
    out.summary = any_text(random, most_pieces);
    out.evidence.doubt = any_text(random, 20);
    const std::size_t labels = random.next() % 40;
    for (std::size_t i = 0; i < labels; ++i) {
        out.labels.emplace(any_text(random, 300), any_text(random, most_pieces / 4));
        out.figures.emplace("figure_" + std::to_string(i), std::to_string(random.next()));
    }
    return out;
}

/// A string of a JSON body, from behind its opening quote; moves `at` behind the closing one.
inline std::string json_string(std::string_view body, std::size_t& at) {
    std::string out;
    while (body.at(at) != '"') {
        if (body.at(at) != '\\') {
            out += body.at(at++);
            continue;
        }
        const char mark = body.at(at + 1);
        at += 2;
        if (mark == 'u') {
            // Only control characters are written so.
            out += static_cast<char>(std::stoi(std::string(body.substr(at, 4)), nullptr, 16));
            at += 4;
        } else {
            out += mark == 'n' ? '\n' : (mark == 't' ? '\t' : (mark == 'r' ? '\r' : mark));
        }
    }
    ++at;
    return out;
}

/// All strings that a JSON body has under that name.
inline std::vector<std::string> texts_under(std::string_view body, const std::string& name) {
    std::vector<std::string> out;
    const std::string before = "\"" + name + "\":\"";
    for (std::size_t at = body.find(before); at != std::string_view::npos;
         at = body.find(before, at)) {
        at += before.size();
        out.push_back(json_string(body, at));
    }
    return out;
}

inline bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Utf8Run run = leading_utf8(text);
        if (!run.valid) {
            return false;
        }
        text.remove_prefix(run.size);
    }
    return true;
}

inline bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \n") == std::string_view::npos;
}

}  // namespace faultline::delivery::testing
