// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::engine {

inline constexpr ledger::TableId kAuditTable = 0x0004;

/// A word of a view's answer that is not ours.
struct AuditedWord {
    std::uint32_t place = 0;
    U256 ours;
    U256 chain;

    auto fields(this auto& self) { return std::tie(self.place, self.ours, self.chain); }
};

/// A view whose answer is not ours.
struct AuditedView {
    Address to;
    Bytes data;
    std::string ours;   ///< All words of it, for people.
    std::string chain;  ///< All words of it, or that it reverted.
    std::vector<AuditedWord> words;

    auto fields(this auto& self) {
        return std::tie(self.to, self.data, self.ours, self.chain, self.words);
    }
};

/// A log that named an account or a reserve.
struct TouchingLog {
    eth::BlockNum block = 0;
    Hash32 tx_hash;
    std::uint32_t log_index = 0;

    auto fields(this auto& self) { return std::tie(self.block, self.tx_hash, self.log_index); }
};

/// What the last audit that found a difference found; gone when the views that differed are equal.
struct AuditRow {
    eth::BlockRef block;  ///< The audited one, as of which both figures are.
    std::vector<AuditedView> views;
    std::vector<TouchingLog> logs;       ///< The last ones at or before that block, newest first.
    std::vector<std::string> endpoints;  ///< That gave these answers.
    bool alone = false;                  ///< Another endpoint exists and could not be asked.

    auto fields(this auto& self) {
        return std::tie(self.block, self.views, self.logs, self.endpoints, self.alone);
    }
};

/// What an audit found of one subject; without views, that those which had differed are equal.
struct AuditFinding {
    protocol::Subject about;
    AuditRow found;
};

}  // namespace faultline::engine
