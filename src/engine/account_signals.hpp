// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <string>
#include <vector>

namespace faultline::engine {

/// What the signals of accounts are made from.
struct AccountSignals {
    const protocol::Protocols& protocols;
    const std::vector<rules::SignalRule>& rules;
    const signals::Wanted& wanted;
    protocol::At at;
};

/// `account_health`, `account_debt` and `account_collateral` of the accounts that rules name, in
/// every market in which they are known. Costs a valuation a position of theirs, and a look at the
/// rules, where some rule reads such a signal; nothing otherwise.
void say_accounts(const AccountSignals& of, const signals::Visit& visit);

/// What is wrong with a selector of such a signal; empty: nothing, or it is of another.
std::string account_fault(const signals::Selector& selector);

}  // namespace faultline::engine
