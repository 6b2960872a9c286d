// SPDX-License-Identifier: Apache-2.0
// What follows from a sample that was heard: counts, a log line, and alerts that fire and resolve.
#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/audit.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <app/audit.hpp>
#include <app/audit_metrics.hpp>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

using runtime::Task;

namespace {

/// A mismatch that nobody else could confirm nor deny is told after so many samples in a row.
constexpr unsigned kPatience = 3;
/// A bug that is everywhere is told by this many alerts; the metric counts on.
constexpr std::size_t kMostSuspects = 32;
/// How far back logs are looked for, how many are told, and how many blocks are read in one turn.
constexpr std::size_t kMostScanned = 5000;
constexpr std::size_t kMostLogs = 5;
constexpr std::size_t kBlocksInTurn = 32;

engine::AuditedView audited_view(const protocol::AuditCheck& check, const eth::ReadAnswer& answer) {
    engine::AuditedView out{
        .to = check.read.to,
        .data = check.read.data,
        .ours = protocol::text_of(check.ours.value),
        .chain = protocol::text_of(answer, check.ours.value.array),
        .words = {}
    };
    for (const protocol::DifferentWord& word :
         protocol::different_words(check.ours.value, answer)) {
        out.words.push_back(
            {.place = static_cast<std::uint32_t>(word.place),
             .ours = word.ours,
             .chain = word.theirs}
        );
    }
    return out;
}

bool names_any(const eth::Log& log, const std::vector<Address>& addresses) {
    return std::ranges::any_of(addresses, [&](const Address& one) {
        return protocol::names(log, one);
    });
}

}  // namespace

std::optional<DegradedAudit> Auditor::degraded(protocol::MarketId market) const {
    const auto found = degraded_.find(market);
    return found == degraded_.end() ? std::nullopt : std::optional(found->second);
}

void Auditor::note_degraded(const Hearing& hearing) {
    const protocol::MarketId market = hearing.sample.checks.front().about.market;
    DegradedAudit& audit = degraded_[market];
    audit.block = hearing.sample.block;
    for (std::size_t i = 0; i < hearing.judged.size(); ++i) {
        const Judged& judged = hearing.judged[i];
        metrics_.checked_degraded(market, judged.result);
        audit.equal += judged.result == AuditResult::kEqual ? 1 : 0;
        if (judged.result != AuditResult::kMismatch) {
            continue;
        }
        ++audit.mismatch;
        if (audit.first_mismatch.empty()) {
            const engine::AuditedView view = audited_view(hearing.sample.checks[i], judged.answer);
            audit.first_mismatch = parts_.engine.fold().protocols().call_name(view.data) + " of " +
                                   view.to.hex() + " at block " + audit.block.text() +
                                   ": its rows give " + view.ours + ", the chain says " +
                                   view.chain;
        }
    }
    parts_.log.info(
        "audited_degraded",
        "Views of a market whose figures are withheld were held against what its rows would give",
        {{"chain", chain_name_},
         {"market", market_name(market)},
         {"block", audit.block.text()},
         {"equal_so_far", audit.equal},
         {"mismatch_so_far", audit.mismatch},
         {"first_mismatch", audit.first_mismatch}}
    );
}

Task<> Auditor::conclude(Hearing& hearing) {
    const std::vector<protocol::AuditCheck>& checks = hearing.sample.checks;
    if (hearing.sample.degraded) {
        note_degraded(hearing);
        co_return;
    }
    degraded_.erase(checks.front().about.market);
    for (std::size_t first = 0, last = 0; first < checks.size(); first = last) {
        const protocol::Subject about = checks[first].about;
        while (last < checks.size() && checks[last].about == about) {
            ++last;
        }
        co_await conclude(hearing, about, first, last);
    }
    report(hearing);
}

Task<> Auditor::conclude(
    Hearing& hearing, protocol::Subject about, std::size_t first, std::size_t last
) {
    promote(hearing, about, first, last);
    std::vector<std::size_t> differ;
    std::set<eth::Read> equal;
    for (std::size_t i = first; i < last; ++i) {
        const Judged& judged = hearing.judged[i];
        metrics_.checked(about.market, judged.result);
        if (judged.result == AuditResult::kMismatch) {
            differ.push_back(i);
        } else if (judged.result == AuditResult::kEqual) {
            equal.insert(hearing.sample.checks[i].read);
        }
    }
    if (!differ.empty()) {
        co_await tell(hearing, about, std::move(differ));
        co_return;
    }
    const auto suspect = suspects_.find(about);
    if (suspect == suspects_.end() || !std::ranges::includes(equal, suspect->second.reads)) {
        co_return;
    }
    const auto& audits = parts_.engine.fold().audits();
    if (audits.contains(about)) {
        engine::AuditFinding finding{.about = about, .found = {}};
        finding.found.endpoints.assign(hearing.witnesses.begin(), hearing.witnesses.end());
        co_await parts_.engine.audited(std::move(finding));
    }
    if (!audits.contains(about)) {
        suspects_.erase(about);
    }
}

/// What differs from one endpoint and was not heard of others is looked at again with the next
/// sample, and in the end believed.
void Auditor::promote(
    Hearing& hearing, const protocol::Subject& about, std::size_t first, std::size_t last
) {
    std::set<eth::Read> differ;
    bool undecided = false;
    for (std::size_t i = first; i < last; ++i) {
        const Judged& judged = hearing.judged[i];
        if (judged.undecided || judged.result == AuditResult::kMismatch) {
            differ.insert(hearing.sample.checks[i].read);
        }
        undecided = undecided || judged.undecided;
    }
    const bool known = suspects_.contains(about);
    if (differ.empty() || (!known && suspects_.size() >= kMostSuspects)) {
        return;
    }
    Suspect& suspect = suspects_[about];
    suspect.reads.merge(differ);
    suspect.unconfirmed = undecided ? suspect.unconfirmed + 1 : 0;
    if (suspect.unconfirmed < kPatience) {
        return;
    }
    for (std::size_t i = first; i < last; ++i) {
        Judged& judged = hearing.judged[i];
        judged.result = judged.undecided ? AuditResult::kMismatch : judged.result;
    }
}

Task<> Auditor::tell(
    const Hearing& hearing, protocol::Subject about, std::vector<std::size_t> differ
) {
    const eth::BlockRef block = hearing.sample.block;
    engine::AuditFinding finding{.about = about, .found = {}};
    finding.found.block = block;
    finding.found.endpoints.assign(hearing.witnesses.begin(), hearing.witnesses.end());
    for (const std::size_t i : differ) {
        const Judged& judged = hearing.judged[i];
        finding.found.alone = finding.found.alone || judged.undecided;
        finding.found.views.push_back(audited_view(hearing.sample.checks[i], judged.answer));
        const engine::AuditedView& view = finding.found.views.back();
        parts_.log.error(
            "audit_mismatch",
            "The chain's answer to a view is not ours: what is served and alerted about this "
            "market may be wrong; run `faultline replay` over the blocks since the account's last "
            "logs and report it",
            {{"chain", chain_name_},
             {"market", market_name(about.market)},
             {"view", parts_.engine.fold().protocols().call_name(view.data)},
             {"contract", view.to.hex()},
             {"subject", subject_name(about)},
             {"block", block.text()},
             {"ours", view.ours},
             {"chain_says", view.chain}}
        );
    }
    const auto& audits = parts_.engine.fold().audits();
    if (!audits.contains(about) && audits.size() >= kMostSuspects) {
        co_return;
    }
    finding.found.logs = co_await last_logs(about, block.number);
    co_await parts_.engine.audited(std::move(finding));
}

Task<std::vector<engine::TouchingLog>> Auditor::last_logs(
    protocol::Subject about, eth::BlockNum from
) {
    const std::vector<Address> addresses =
        parts_.engine.fold().protocols().of(about.market).named_by(about);
    std::vector<engine::TouchingLog> out;
    for (std::size_t back = 0; back < kMostScanned && back <= from; ++back) {
        const auto block = parts_.engine.kept(from - back);
        if (!block) {
            break;
        }
        for (std::size_t i = block->logs.size(); i > 0 && out.size() < kMostLogs; --i) {
            const eth::Log log = block->logs[i - 1];
            if (names_any(log, addresses)) {
                out.push_back(
                    {.block = from - back, .tx_hash = log.tx_hash, .log_index = log.log_index}
                );
            }
        }
        if (out.size() >= kMostLogs) {
            break;
        }
        if (back % kBlocksInTurn == kBlocksInTurn - 1) {
            co_await parts_.clock.sleep(Duration::zero());
        }
    }
    co_return out;
}

void Auditor::report(const Hearing& hearing) {
    std::array<std::size_t, static_cast<std::size_t>(last_of(AuditResult{})) + 1> counts{};
    for (const Judged& judged : hearing.judged) {
        ++counts.at(static_cast<std::size_t>(judged.result));
    }
    const auto of = [&](AuditResult result) {
        return counts.at(static_cast<std::size_t>(result));
    };
    const protocol::MarketId market = hearing.sample.checks.front().about.market;
    if (of(AuditResult::kEqual) > 0 && of(AuditResult::kMismatch) == 0) {
        metrics_.succeeded(market, parts_.clock.wall_now());
    }
    parts_.log.info(
        "audited",
        "Views at block " + hearing.sample.block.text() + " were held against our figures",
        {{"chain", chain_name_},
         {"market", market_name(market)},
         {"equal", of(AuditResult::kEqual)},
         {"mismatch", of(AuditResult::kMismatch)},
         {"failed", of(AuditResult::kFailed)},
         {"skipped", of(AuditResult::kSkipped)}}
    );
}

}  // namespace faultline::app
