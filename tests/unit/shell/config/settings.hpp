// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "world.hpp"

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A small made-up configuration that uses every type once.
namespace faultline::test {

enum class Mode : std::uint8_t {
    kSlow,
    kFast
};

struct Peer {
    std::string name;
    std::string token;
};

struct Settings {
    std::string title;
    std::uint32_t count = 12;
    bool enabled = true;
    Duration wait = std::chrono::seconds(4);
    U256 ratio_wad{1'000'000'000'000'000'000ULL};
    Mode mode = Mode::kSlow;
    std::vector<std::string> tags;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::uint64_t> start;
    std::vector<Peer> peers;
};

inline config::Section<Peer> peer_section() {
    config::Section<Peer> peer("Peer", "Another side.");
    peer.required(
        {.name = "name", .text = "Its name.", .example = "left"}, &Peer::name, config::identifier()
    );
    peer.optional(
        {.name = "token", .text = "What it wants to hear.", .secret = true},
        &Peer::token,
        config::text("token", 8, 64)
    );
    return peer;
}

inline config::Section<Settings> settings_section() {
    using namespace config;
    Section<Settings> out("Settings", "Everything.");
    out.required(
        {.name = "title", .text = "A title | with a bar.", .example = "hello"},
        &Settings::title,
        text("text")
    );
    out.optional(
        {.name = "count", .text = "How many."}, &Settings::count, integer<std::uint32_t>(0, 256)
    );
    out.optional({.name = "enabled", .text = "Whether."}, &Settings::enabled, boolean());
    out.optional(
        {.name = "wait", .text = "How long.", .example = "2s", .shown = true},
        &Settings::wait,
        duration(std::chrono::milliseconds(100), std::chrono::hours(2))
    );
    out.optional(
        {.name = "ratio", .text = "A figure."},
        &Settings::ratio_wad,
        decimal(18, U256(1), U256::from_decimal("5000000000000000000").value())
    );
    out.optional(
        {.name = "mode", .text = "Which."},
        &Settings::mode,
        one_of<Mode>({{"slow", Mode::kSlow}, {"fast", Mode::kFast}})
    );
    out.optional(
        {.name = "tags", .text = "Words."}, &Settings::tags, list_of(identifier(), {.most = 3})
    );
    out.optional(
        {.name = "headers", .text = "Sent along.", .secret = true},
        &Settings::headers,
        text_map(
            "header",
            [](const std::string& key) {
                return key == "Host" ? std::string("is not yours to set") : std::string();
            }
        )
    );
    out.optional(
        {.name = "start", .text = "Where from.", .default_text = "the beginning"},
        [](Settings& s) -> auto& { return s.start; },
        maybe(integer<std::uint64_t>(1, 1'000'000))
    );
    out.optional(
        {.name = "peers", .text = "Others.", .shown = true},
        &Settings::peers,
        list_of(peer_section().type())
    );
    return out;
}

struct Outcome {
    Settings settings;
    std::vector<std::string> messages;
};

/// Reads `text` as f.yaml in folder "conf".
inline Outcome read_settings(const std::string& text, const World& world = {}) {
    config::Problems problems;
    const config::Surroundings surroundings = world.surroundings();
    Outcome out;
    if (const auto node = config::parse_document("conf/f.yaml", text, problems)) {
        config::Reader reader(surroundings, problems, "conf/f.yaml");
        out.settings = settings_section().read(reader, *node);
    }
    for (const config::Problem& problem : problems.take()) {
        out.messages.push_back(problem.message());
    }
    return out;
}

}  // namespace faultline::test
