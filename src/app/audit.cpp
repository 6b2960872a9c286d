// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/audit.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/finality.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <app/audit.hpp>
#include <app/audit_metrics.hpp>
#include <app/audit_settings.hpp>
#include <app/audit_testimony.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

using runtime::Task;

namespace {

/// As deep as finality is on chains that tell it.
constexpr eth::BlockNum kDeepWithoutFinality = 64;
/// Calls in one request: few enough to leave an endpoint with five calls a second one for others.
constexpr std::size_t kMostAtOnce = 4;
constexpr Duration kLook = std::chrono::milliseconds(500);
constexpr Duration kLongestCommit = std::chrono::seconds(3);
constexpr Duration kPauseAfterFailure = std::chrono::seconds(10);

AuditResult result_of(Weighed weighed) {
    switch (weighed) {
        case Weighed::kEqual:
            return AuditResult::kEqual;
        case Weighed::kDiffers:
            return AuditResult::kMismatch;
        case Weighed::kUndecided:
            return AuditResult::kFailed;
        case Weighed::kLeftOut:
            return AuditResult::kSkipped;
    }
    return AuditResult::kFailed;
}

}  // namespace

bool may_audit(
    const chain::HeadStatus& status, const chain::AppliedChain& applied, const eth::BlockRef& block
) {
    if (status.finalized) {
        return chain::is_final(status, applied, block, eth::Finality::kFinalized);
    }
    const auto tip = applied.tip();
    return tip && tip->number >= block.number + kDeepWithoutFinality &&
           chain::is_final(status, applied, block, eth::Finality::kLatest);
}

Auditor::Auditor(std::string chain_name, AuditSettings settings, AuditParts parts)
    : chain_name_(std::move(chain_name)),
      settings_(settings),
      parts_(std::move(parts)),
      metrics_(parts_.metrics, chain_name_, parts_.engine.fold().protocols()),
      audit_(protocol::AuditOptions{.accounts_per_sample = settings.accounts_per_sample}),
      per_call_(
          Duration(std::chrono::minutes(1)) /
          std::max<std::uint64_t>(settings.requests_per_minute, 1)
      ),
      next_draw_(parts_.clock.now()),
      next_call_(parts_.clock.now()) {}

void Auditor::saw(const eth::Block& block) {
    if (settings_.requests_per_minute != 0) {
        audit_.saw(block);
        tip_moved_.notify();
    }
}

Task<> Auditor::run() {
    if (settings_.requests_per_minute == 0) {
        co_return;
    }
    runtime::TaskGroup group;
    group.spawn("audit: draw", draw());
    group.spawn("audit: hold", hold());
    co_await group.wait();
}

void Auditor::recall_suspects() {
    const auto& audits = parts_.engine.fold().audits();
    for (const protocol::Subject& about : audits.sorted_keys()) {
        for (const engine::AuditedView& view : audits.find(about)->views) {
            suspects_[about].reads.insert({.to = view.to, .data = view.data});
        }
    }
}

Task<> Auditor::draw() {
    // Endless by design; ends by cancellation.
    for (;;) {
        co_await tip_moved_.wait();
        if (parts_.clock.now() < next_draw_ || !co_await parts_.engine.settled(kLongestCommit)) {
            continue;
        }
        const engine::Fold& fold = parts_.engine.fold();
        const auto tip = fold.tip();
        if (!tip) {
            continue;
        }
        recall_suspects();
        protocol::AuditSuspects again;
        for (const auto& [about, suspect] : suspects_) {
            again.emplace(about, suspect.reads);
        }
        eth::Header at;
        at.ref = tip->ref;
        at.timestamp = tip->timestamp;
        const std::size_t views = audit_.capture(fold.protocols(), at, parts_.random.next(), again);
        // No more is captured than the budget lets ask.
        next_draw_ = parts_.clock.now() + (per_call_ * views);
    }
}

bool Auditor::ours(const eth::BlockRef& block) const {
    const auto applied = parts_.engine.applied(block.number);
    return !applied || *applied == block;
}

const std::string& Auditor::market_name(protocol::MarketId market) const {
    return parts_.engine.fold().protocols().label(market).name;
}

std::string Auditor::subject_name(const protocol::Subject& about) const {
    const protocol::Protocol& protocol = parts_.engine.fold().protocols().of(about.market);
    std::string out = about.holder.account.is_zero() ? "" : about.holder.account.hex();
    if (!about.holder.part.is_zero()) {
        out += (out.empty() ? "" : " ") + protocol.part_name(about.holder.part);
    }
    return out;
}

Task<> Auditor::hold() {
    // Endless by design; ends by cancellation.
    for (;;) {
        audit_.drop_orphans([this](const eth::BlockRef& block) { return ours(block); });
        auto sample = audit_.take(parts_.is_final);
        if (!sample) {
            co_await parts_.clock.sleep(kLook);
            continue;
        }
        Hearing hearing;
        hearing.sample = *std::move(sample);
        co_await hear(hearing);
        if (ours(hearing.sample.block)) {
            co_await conclude(hearing);
        }
    }
}

Task<> Auditor::hear(Hearing& hearing) {
    const std::size_t all = hearing.sample.checks.size();
    while (hearing.judged.size() < all) {
        const std::size_t left = all - hearing.judged.size();
        co_await hear_some(hearing, std::min(left, kMostAtOnce));
    }
}

Task<Result<rpc::Testimony>> Auditor::ask(
    Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides
) {
    const Instant now = parts_.clock.now();
    if (next_call_ > now) {
        co_await parts_.clock.sleep(next_call_ - now);
    }
    next_call_ = std::max(next_call_, parts_.clock.now()) + (per_call_ * reads.size());
    const std::vector<eth::Read> asked = reads;
    auto said = co_await parts_.ask(block, std::move(reads), std::move(besides));
    if (said && !std::ranges::equal(said->answers, asked, {}, &eth::ReadAnswer::read)) {
        co_return Error(Code::kMalformed, "the answers are not to what was asked");
    }
    co_return said;
}

void Auditor::failed(const Error& error) {
    if (!said_failing_) {
        said_failing_ = true;
        parts_.log.warn(
            "audit_failed",
            "Views cannot be audited now; this is repeated only after one could be: " +
                error.message(),
            {{"chain", chain_name_}}
        );
    }
}

Task<> Auditor::hear_some(Hearing& hearing, std::size_t count) {
    const std::size_t first = hearing.judged.size();
    std::vector<eth::Read> reads;
    for (std::size_t i = first; i < first + count; ++i) {
        reads.push_back(hearing.sample.checks[i].read);
    }
    auto said = co_await ask(hearing.sample.block.hash, std::move(reads), {});
    if (!said) {
        failed(said.error());
        if (said.error().code() == Code::kMissing) {
            // A state that is gone is gone for all of its views.
            hearing.judged.resize(
                hearing.sample.checks.size(), Judged{.result = AuditResult::kSkipped, .answer = {}}
            );
            co_return;
        }
        hearing.judged.resize(first + count);
        co_await parts_.clock.sleep(kPauseAfterFailure);
        co_return;
    }
    said_failing_ = false;
    hearing.witnesses.insert(said->endpoint);
    Dispute dispute;
    rpc::Testimony against{.endpoint = said->endpoint, .answers = {}};
    for (std::size_t i = 0; i < count; ++i) {
        const protocol::AuditCheck& check = hearing.sample.checks[first + i];
        const Weighed weighed = weigh(check.ours, {said->answers[i]}, parts_.endpoints);
        Judged& judged = hearing.judged.emplace_back();
        judged.result = result_of(weighed);
        if (weighed == Weighed::kUndecided) {
            dispute.checks.push_back(first + i);
            dispute.reads.push_back(check.read);
            against.answers.push_back(std::move(said->answers[i]));
        }
    }
    if (!dispute.checks.empty()) {
        dispute.add(std::move(against));
        co_await hear_others(hearing, dispute);
        rule_on(hearing, dispute);
    }
}

void Auditor::Dispute::add(rpc::Testimony said) {
    answers.resize(checks.size());
    for (std::size_t i = 0; i < checks.size(); ++i) {
        answers[i].push_back(std::move(said.answers[i]));
    }
    endpoints.push_back(std::move(said.endpoint));
}

Weighed Auditor::weighed(const Hearing& hearing, const Dispute& dispute, std::size_t i) const {
    const protocol::AuditCheck& check = hearing.sample.checks[dispute.checks[i]];
    return weigh(check.ours, dispute.answers[i], parts_.endpoints);
}

bool Auditor::undecided(const Hearing& hearing, const Dispute& dispute) const {
    for (std::size_t i = 0; i < dispute.checks.size(); ++i) {
        if (weighed(hearing, dispute, i) == Weighed::kUndecided) {
            return true;
        }
    }
    return false;
}

/// One endpoint contradicts us: that alone says nothing of which of the two is right.
Task<> Auditor::hear_others(const Hearing& hearing, Dispute& dispute) {
    const std::size_t most = std::max<std::size_t>(parts_.endpoints, 2);
    // Ends when each was asked once, and an only one twice.
    while (dispute.endpoints.size() < most && undecided(hearing, dispute)) {
        std::vector<std::string> besides = dispute.endpoints;
        if (parts_.endpoints == 1) {
            besides.clear();
        }
        auto next = co_await ask(hearing.sample.block.hash, dispute.reads, std::move(besides));
        if (!next) {
            failed(next.error());
            co_return;
        }
        dispute.add(*std::move(next));
    }
}

void Auditor::rule_on(Hearing& hearing, const Dispute& dispute) {
    for (std::size_t i = 0; i < dispute.checks.size(); ++i) {
        const Weighed result = weighed(hearing, dispute, i);
        Judged& judged = hearing.judged[dispute.checks[i]];
        judged.answer = dispute.answers[i].front();
        judged.undecided = result == Weighed::kUndecided;
        judged.result = result_of(result);
        if (result == Weighed::kEqual) {
            parts_.log.warn(
                "audit_endpoint_differs",
                "An endpoint answered a view at a final block otherwise than another one, which "
                "agrees with our figure",
                {{"chain", chain_name_},
                 {"endpoint", dispute.endpoints.front()},
                 {"agrees", dispute.endpoints.back()},
                 {"block", hearing.sample.block.number},
                 {"view", parts_.engine.fold().protocols().call_name(dispute.reads[i].data)},
                 {"subject", subject_name(hearing.sample.checks[dispute.checks[i]].about)}}
            );
        }
    }
    hearing.witnesses.insert(dispute.endpoints.begin(), dispute.endpoints.end());
}

}  // namespace faultline::app
