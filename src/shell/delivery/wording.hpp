// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dialect.hpp"
#include "shape.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/links.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {

/// What a transition is to people, before any markup: receivers differ in how they show it, not in
/// what they say.
struct Wording {
    std::string title;  ///< "FIRING critical: near-liquidation (ethereum)"; never empty.
    std::string text;   ///< One or two sentences; never empty.
    std::vector<std::pair<std::string, std::string>> facts;  ///< Chain, block, labels, figures.
    std::vector<Link> links;                                 ///< The most useful first.
    std::string key;
};

Wording wording_of(const alerts::Transition& transition, const Context& context);

/// Several transitions in one message.
struct DigestWording {
    struct Line {
        std::string text;  ///< "FIRING critical near-liquidation: health factor ..."
        std::string fingerprint;
    };

    std::string title;  ///< "3 alerts: 2 FIRING, 1 RESOLVED (ethereum)"
    std::vector<Line> lines;
    std::string link;  ///< To all alerts; empty: none.
};

DigestWording digest_of(std::span<const alerts::Transition> together, const Context& context);

/// The lines, each cut so that with its fingerprint it is no longer than fits.
std::string lines_of(const DigestWording& digest, const Fit& fit);

/// "block 18500002 (0xdeadbeef…)", with the whole hash.
std::string block_text(const alerts::Transition& transition);

/// The facts as "name: value" lines.
std::string lines_of(const std::vector<std::pair<std::string, std::string>>& facts);

/// The links as facts: "see block", and the URL. The runbook is a fact already.
std::vector<std::pair<std::string, std::string>> link_facts(const Wording& wording);

/// The links, then the facts, as lines: what is cut to size loses links last.
std::string lines_of(const Wording& wording);

/// The links beside each other while they fit into `most`, each as `written` has it.
std::string links_within(
    const Wording& wording, std::size_t most, std::string (*written)(const Link& link)
);

/// Whether the alert stands after this: it fired, or its end was taken back.
bool stands_after(const alerts::Transition& transition);

/// Whether the receiver takes the alert to be over after it.
bool over_after(const alerts::Transition& transition);

/// Whether receivers that do not get pendings must not get this one either: a pending, its lapse,
/// or the retraction of one of them.
bool is_about_pending(const alerts::Transition& transition);

/// Names the alert and the one time it held: what opens and what closes it share it.
std::string episode_key(const alerts::Transition& transition);

}  // namespace faultline::delivery
