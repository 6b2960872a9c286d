// SPDX-License-Identifier: Apache-2.0
#include "policy.hpp"

#include "subject.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/silence.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::delivery {

std::string_view held_name(Held held) noexcept {
    switch (held) {
        case Held::kNot:
            return "";
        case Held::kSilenced:
            return "silenced";
        case Held::kInhibited:
            return "inhibited";
        case Held::kUnescalated:
            return "unescalated";
        case Held::kAcknowledged:
            return "acknowledged";
        case Held::kReplayed:
            return "replayed";
        case Held::kOver:
            return "over";
    }
    return "";
}

Why Policy::why(const Subject& subject) const {
    const UnixMillis now = parts_.clock.wall_now();
    if (parts_.decisions != nullptr) {
        const auto silences = parts_.decisions->silenced_by(subject.labels, now);
        if (!silences.empty()) {
            return {.held = Held::kSilenced, .by = "silence " + std::to_string(silences.front())};
        }
    }
    const auto rule = subject.labels.find("rule");
    if (parts_.is_replay && rule != subject.labels.end() &&
        parts_.is_replay(rule->second, subject.block_at, subject.first_seen)) {
        return {.held = Held::kReplayed, .by = "a chain that is caught up with"};
    }
    if (const auto source = inhibitor_.source_of(subject.fingerprint, subject.labels)) {
        return {.held = Held::kInhibited, .by = "alert " + *source};
    }
    if (subject.after == Duration::zero()) {
        return {};
    }
    if (auto who = acknowledged_by(subject)) {
        return {.held = Held::kAcknowledged, .by = *std::move(who)};
    }
    const auto waited = std::chrono::milliseconds(now.value - subject.first_seen.value);
    return waited < subject.after ? Why{.held = Held::kUnescalated, .by = "its route"} : Why{};
}

std::optional<std::string> Policy::acknowledged_by(const Subject& subject) const {
    if (parts_.decisions == nullptr) {
        return std::nullopt;
    }
    const alerts::Acknowledgement* found =
        parts_.decisions->acknowledged(options_.chain_name, subject.fingerprint, subject.episode);
    return found == nullptr ? std::nullopt : std::optional(found->author);
}

void Policy::refresh() {
    if (!options_.inhibitions.empty() && parts_.firing) {
        inhibitor_ = alerts::Inhibitor(options_.inhibitions, parts_.firing());
    }
}

}  // namespace faultline::delivery
