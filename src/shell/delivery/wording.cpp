// SPDX-License-Identifier: Apache-2.0
#include "wording.hpp"

#include "dialect.hpp"
#include "shape.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

using alerts::Kind;

constexpr const char* kRunbook = "runbook";

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

/// "path 1": "50.00000000 USD: account:0x… > token:0x… > issuer:lido".
void add_made_of(Wording& out, const alerts::Transition& transition) {
    std::size_t place = 0;
    for (const alerts::Contributor& one : transition.contributors) {
        std::string path;
        for (const std::string& node : one.path) {
            path += (path.empty() ? "" : " > ") + node;
        }
        out.facts.emplace_back(
            one.is + " " + std::to_string(++place), one.value + " " + one.unit + ": " + path
        );
    }
    for (const alerts::PriceAge& age : transition.price_ages) {
        out.facts.emplace_back(
            "price unchanged",
            "for " + std::to_string(age.unchanged_s) + " s: " + age.of + " (" + age.protocol + "/" +
                age.market + ")"
        );
    }
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

bool over_after(const alerts::Transition& transition) {
    return (transition.kind == alerts::Kind::kResolved ||
            transition.kind == alerts::Kind::kRetracted) &&
           transition.retracts == alerts::Kind::kFiring;
}

bool is_about_pending(const alerts::Transition& transition) {
    return transition.kind == Kind::kPending ||
           (transition.kind != Kind::kFiring && transition.retracts == Kind::kPending);
}

std::string episode_key(const alerts::Transition& transition) {
    return transition.fingerprint + "/" + transition.episode;
}

Wording wording_of(const alerts::Transition& transition, const Context& context) {
    Wording out;
    out.title = what_happened(transition) + " " +
                std::string(rules::severity_name(transition.severity)) + ": " + transition.rule +
                " (" + std::string(context.chain_name) + ")";
    out.text = text_of(transition);
    out.facts.emplace_back("chain", context.chain_name);
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
    add_made_of(out, transition);
    if (transition.since_s != 0) {
        out.facts.emplace_back("since", runtime::iso_time(UnixSeconds{transition.since_s}));
    }
    if (!transition.runbook.empty()) {
        out.facts.emplace_back(kRunbook, transition.runbook);
    }
    if (!transition.evidence.doubt.empty()) {
        out.facts.emplace_back("doubt", transition.evidence.doubt);
    }
    out.links = links_of(transition, context.chain_name, context.links);
    out.key = transition.key();
    return out;
}

DigestWording digest_of(std::span<const alerts::Transition> together, const Context& context) {
    DigestWording out;
    std::map<std::string, std::size_t> counts;
    for (const alerts::Transition& one : together) {
        const std::string happened = what_happened(one);
        ++counts[happened];
        out.lines.push_back(
            {.text = happened + " " + std::string(rules::severity_name(one.severity)) + " " +
                     one.rule + ": " + one.summary,
             .fingerprint = one.fingerprint}
        );
    }
    for (const auto& [happened, count] : counts) {
        out.title += (out.title.empty() ? "" : ", ") + std::to_string(count) + " " + happened;
    }
    out.title = std::to_string(together.size()) + " alerts: " + out.title + " (" +
                std::string(context.chain_name) + ")";
    if (!context.links.external_url.empty()) {
        out.link = context.links.external_url + "/v1/alerts";
    }
    return out;
}

std::string lines_of(const DigestWording& digest, const Fit& fit) {
    std::string out;
    for (const DigestWording::Line& line : digest.lines) {
        Fit text = fit;
        const std::string end = " (" + line.fingerprint + ")";
        text.most -= std::min(text.most, end.size());
        std::string shown = fitted(line.text, text);
        std::ranges::replace(shown, '\n', ' ');
        out.append(out.empty() ? "" : "\n").append(shown).append(end);
    }
    return out;
}

std::string lines_of(const std::vector<std::pair<std::string, std::string>>& facts) {
    std::string out;
    for (const auto& [name, value] : facts) {
        out.append(out.empty() ? "" : "\n").append(name).append(": ").append(value);
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> link_facts(const Wording& wording) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Link& link : wording.links) {
        if (link.name != kRunbook) {
            out.emplace_back("see " + link.name, link.url);
        }
    }
    return out;
}

std::string lines_of(const Wording& wording) {
    const std::string links = lines_of(link_facts(wording));
    return links + (links.empty() ? "" : "\n") + lines_of(wording.facts);
}

std::string links_within(
    const Wording& wording, std::size_t most, std::string (*written)(const Link& link)
) {
    constexpr std::string_view kBetween = " · ";
    std::string out;
    for (const Link& link : wording.links) {
        const std::string one = std::string(out.empty() ? "" : kBetween) + written(link);
        if (utf16_length(out) + utf16_length(one) > most) {
            break;
        }
        out += one;
    }
    return out;
}

}  // namespace faultline::delivery
