// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about what an audit found.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
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

using protocol::Subject;
using protocol::SubjectKind;
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

alerts::AlertKey key_of(const Subject& about) {
    return {
        .rule = rule_about(about.kind == SubjectKind::kPart),
        .market = about.market,
        .account = about.holder.account,
        .part = about.holder.part
    };
}

std::string name_of(const Subject& about, const protocol::Protocol& protocol) {
    if (about.kind == SubjectKind::kMarket) {
        return "the market";
    }
    const bool part = about.kind == SubjectKind::kPart;
    std::string out;
    if (!about.holder.account.is_zero()) {
        out = (part ? "reserve " : "account ") + about.holder.account.hex();
    }
    if (!about.holder.part.is_zero()) {
        out += (out.empty() ? "" : ", ") + std::string(protocol.part_label()) + " " +
               protocol.part_name(about.holder.part);
    }
    return out;
}

std::string text_of(
    const AuditRow& row, const std::string& whom, const protocol::Protocols& protocols
) {
    const AuditedView& first = row.views.front();
    std::string out = protocols.call_name(first.data) + " of " + whom + " at block " +
                      row.block.text() + ": ours " + first.ours + ", the chain's " + first.chain +
                      " (contract " + first.to.hex() + ", asked of";
    for (const std::string& endpoint : row.endpoints) {
        out += " " + endpoint;
    }
    out += row.alone ? "; no other endpoint could be asked)" : ")";
    for (std::size_t i = 1; i < row.views.size(); ++i) {
        out += (i == 1 ? "; also " : ", ") + protocols.call_name(row.views[i].data);
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

Subject Fold::audited_subject(const alerts::AlertKey& key) {
    Subject out{
        .market = key.market,
        .kind = SubjectKind::kAccount,
        .holder = {.account = key.account, .part = key.part}
    };
    if (key.rule == rule_about(true)) {
        out.kind = SubjectKind::kPart;
    } else if (key.account.is_zero() && key.part.is_zero()) {
        out.kind = SubjectKind::kMarket;
    }
    return out;
}

/// "reserve" is what Aave's parts are; others say which contract, or by which name.
void Fold::add_subject(std::map<std::string, std::string>& labels, const Subject& about) const {
    if (about.kind == SubjectKind::kMarket) {
        return;
    }
    const protocol::Protocol& protocol = protocols_.of(about.market);
    if (!about.holder.account.is_zero()) {
        const bool part = about.kind == SubjectKind::kPart;
        labels[part ? "reserve" : "account"] = about.holder.account.hex();
    }
    if (!about.holder.part.is_zero()) {
        labels[std::string(protocol.part_label())] = protocol.part_name(about.holder.part);
    }
}

std::string Fold::describe_audit(const Subject& about) const {
    const AuditRow* row = audits_.find(about);
    const std::string name = name_of(about, protocols_.of(about.market));
    return row == nullptr || row->views.empty()
               ? "the views of " + name + " that differed are equal to ours"
               : text_of(*row, name, protocols_);
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
         .figures = differs ? figures_of(finding.found) : std::map<std::string, std::string>(),
         .severity = rules::severity_of(rules::WatchRule::kAuditMismatch)},
        block,
        occurrence,
        outcome
    );
    outcome.rows = ledger_.seal();
    return outcome;
}

}  // namespace faultline::engine
