// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about what an audit found.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace faultline::engine {
namespace {

using aave::AuditKind;
using rules::Verdict;

const Hash32& rule_about(bool reserve) {
    static const Hash32 accounts =
        alerts::rule_id(std::string(rules::watch_rule_name(rules::WatchRule::kAuditMismatch)));
    // An asset's contract may hold a position, too: then two alerts bear its address.
    static const Hash32 reserves = alerts::rule_id(
        std::string(rules::watch_rule_name(rules::WatchRule::kAuditMismatch)) + "/reserve"
    );
    return reserve ? reserves : accounts;
}

alerts::AlertKey key_of(const aave::AuditSubject& about) {
    return {
        .rule = rule_about(about.kind == AuditKind::kReserve),
        .market = about.market,
        .account = about.address
    };
}

std::string name_of(const aave::AuditSubject& about) {
    switch (about.kind) {
        case AuditKind::kMarket:
            return "the market";
        case AuditKind::kReserve:
            return "reserve " + about.address.hex();
        case AuditKind::kAccount:
            return "account " + about.address.hex();
    }
    return {};
}

std::string text_of(const AuditRow& row, const std::string& whom) {
    const AuditedView& first = row.views.front();
    std::string out = aave::call_name(first.data) + " of " + whom + " at block " +
                      row.block.text() + ": ours " + first.ours + ", the chain's " + first.chain +
                      " (contract " + first.to.hex() + ", asked of";
    for (const std::string& endpoint : row.endpoints) {
        out += " " + endpoint;
    }
    out += row.alone ? "; no other endpoint could be asked)" : ")";
    for (std::size_t i = 1; i < row.views.size(); ++i) {
        out += (i == 1 ? "; also " : ", ") + aave::call_name(row.views[i].data);
    }
    out += row.logs.empty() ? "; no kept block has a log that names it" : "; last logs:";
    for (const TouchingLog& log : row.logs) {
        out += " block " + std::to_string(log.block) + " transaction " + log.tx_hash.hex() +
               " log " + std::to_string(log.log_index) + ";";
    }
    if (out.ends_with(';')) {
        out.pop_back();
    }
    return out;
}

std::map<std::string, std::string> figures_of(const AuditRow& row) {
    std::map<std::string, std::string> out{{"audited_block", std::to_string(row.block.number)}};
    for (const AuditedWord& word : row.views.front().words) {
        const std::string place = std::to_string(word.place);
        out.emplace("ours_word_" + place, word.ours.to_string());
        out.emplace("chain_word_" + place, word.chain.to_string());
    }
    return out;
}

}  // namespace

bool Fold::is_audit(const alerts::AlertKey& key) {
    return key.rule == rule_about(false) || key.rule == rule_about(true);
}

aave::AuditSubject Fold::audited_subject(const alerts::AlertKey& key) {
    aave::AuditSubject out{
        .market = key.market, .kind = AuditKind::kAccount, .address = key.account
    };
    if (key.rule == rule_about(true)) {
        out.kind = AuditKind::kReserve;
    } else if (key.account.is_zero()) {
        out.kind = AuditKind::kMarket;
    }
    return out;
}

std::string Fold::describe_audit(const aave::AuditSubject& about) const {
    const AuditRow* row = audits_.find(about);
    return row == nullptr || row->views.empty()
               ? "the views of " + name_of(about) + " that differed are equal to ours"
               : text_of(*row, name_of(about));
}

Outcome Fold::audited(const AuditFinding& finding, std::uint32_t occurrence) {
    const std::optional<TipRow> at = tip();
    FAULTLINE_ASSERT(!in_run_ && at);
    const alerts::AlertKey key = key_of(finding.about);
    const bool differs = !finding.found.views.empty();
    Outcome outcome;
    if (differs) {
        audits_.put(finding.about, finding.found);
    } else {
        const alerts::AlertRow* alert = book_.rows().find(key);
        // What fires and resolves at one block could fire there again, with the same key.
        if (audits_.find(finding.about) == nullptr ||
            (alert != nullptr && alert->fired == at->ref)) {
            return outcome;
        }
        audits_.erase(finding.about);
    }
    eth::Block block;
    block.header.ref = at->ref;
    block.header.timestamp = at->timestamp;
    block.evidence.endpoints = finding.found.endpoints;
    observe_watch(
        {.rule = rules::WatchRule::kAuditMismatch,
         .key = key,
         .verdict = differs ? Verdict::kBreach : Verdict::kClear,
         .figures = differs ? figures_of(finding.found) : std::map<std::string, std::string>()},
        block,
        occurrence,
        outcome
    );
    outcome.rows = ledger_.seal();
    return outcome;
}

}  // namespace faultline::engine
