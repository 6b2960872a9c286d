// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace faultline::engine {

/// What moves the alerts of rules over signals: of a chain, or of a test of rules.
struct SignalAlerts {
    SignalRules& rules;
    alerts::Book& book;
    std::string chain_name;
    /// What there is to say of a row beside its rule's words; may be empty.
    std::function<std::string(const signals::Row&)> more;
    /// Whether what a row's labels name is still followed; empty: it always is.
    std::function<bool(const signals::Labels&)> followed = {};
    /// Whether this block changed something of what a row counts, so that it is told although the
    /// alert fires; empty: never.
    std::function<bool(const signals::Row&)> news = {};
    /// Told of each rule that was evaluated whether any of its rows has a figure; may be empty.
    std::function<void(SignalRules::Index, bool)> saw = {};
    /// Adds to a firing what its figure is made of; may be nullptr.
    std::function<void(const rules::SignalRule&, const signals::Row&, alerts::Transition&)>
        explain = nullptr;
};

/// Moves the alerts of all rules that are due or have one, and have a turn, by a block whose
/// signals were taken; adds the transitions and the counts to `outcome`. Those of rules that are
/// put off stay as they are.
void observe_signals(
    const SignalAlerts& of, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
);

}  // namespace faultline::engine
