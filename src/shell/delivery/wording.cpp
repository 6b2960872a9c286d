// SPDX-License-Identifier: Apache-2.0
#include "wording.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

using alerts::Kind;

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

std::string what_happened(const alerts::Transition& transition) {
    std::string out = upper(alerts::kind_name(transition.kind));
    if (transition.kind == Kind::kRetracted) {
        out += " " + std::string(alerts::kind_name(transition.retracts));
    }
    return out;
}

std::string text_of(const alerts::Transition& transition) {
    if (transition.kind != Kind::kRetracted) {
        return transition.summary.empty() ? "The rule gave no summary." : transition.summary;
    }
    std::string out = "The chain dropped " + block_text(transition) +
                      ", so what it caused is taken " + "back: the alert is " +
                      (stands_after(transition) ? "firing again" : "over") + ".";
    if (!transition.summary.empty()) {
        out += " It had said: " + transition.summary;
    }
    return out;
}

}  // namespace

std::string block_text(const alerts::Transition& transition) {
    return "block " + std::to_string(transition.block.number) + " (" + transition.block.hash.hex() +
           ")";
}

bool stands_after(const alerts::Transition& transition) {
    return transition.kind == Kind::kFiring ||
           (transition.kind == Kind::kRetracted && transition.retracts == Kind::kResolved);
}

bool is_about_pending(const alerts::Transition& transition) {
    return transition.kind == Kind::kPending ||
           (transition.kind != Kind::kFiring && transition.retracts == Kind::kPending);
}

std::string episode_key(const alerts::Transition& transition) {
    return transition.fingerprint + "/" + transition.episode;
}

std::string iso_time(std::uint64_t unix_seconds) {
    // Far beyond any block: gmtime and every reader take it.
    constexpr std::uint64_t kLastSecondOf9999 = 253'402'300'799;
    const auto at = static_cast<std::time_t>(std::min(unix_seconds, kLastSecondOf9999));
    std::tm parts{};
    static_cast<void>(::gmtime_r(&at, &parts));
    std::array<char, sizeof("9999-12-31T23:59:59Z")> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

Wording wording_of(const alerts::Transition& transition, std::string_view chain_name) {
    Wording out;
    out.title = what_happened(transition) + " " +
                std::string(rules::severity_name(transition.severity)) + ": " + transition.rule +
                " (" + std::string(chain_name) + ")";
    out.text = text_of(transition);
    out.facts.emplace_back("chain", chain_name);
    out.facts.emplace_back("block", block_text(transition));
    for (const auto& [name, value] : transition.labels) {
        if (name != "chain") {
            out.facts.emplace_back(name, value);
        }
    }
    for (const auto& [name, value] : transition.figures) {
        out.facts.emplace_back(name, value);
    }
    for (const auto& [name, value] : transition.inputs) {
        out.facts.emplace_back(name, value);
    }
    if (transition.since_s != 0) {
        out.facts.emplace_back("since", iso_time(transition.since_s));
    }
    if (!transition.runbook.empty()) {
        out.facts.emplace_back("runbook", transition.runbook);
    }
    if (!transition.evidence.doubt.empty()) {
        out.facts.emplace_back("doubt", transition.evidence.doubt);
    }
    out.key = transition.key();
    return out;
}

std::string lines_of(const std::vector<std::pair<std::string, std::string>>& facts) {
    std::string out;
    for (const auto& [name, value] : facts) {
        out.append(out.empty() ? "" : "\n").append(name).append(": ").append(value);
    }
    return out;
}

}  // namespace faultline::delivery
