// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/audit.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/audit_metrics.hpp>
#include <app/audit_settings.hpp>
#include <app/audit_testimony.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::app {

struct AuditParts {
    engine::Engine& engine;
    /// rpc::Pool::testimony().
    std::function<runtime::Task<
        Result<rpc::Testimony>>(Hash32, std::vector<eth::Read>, std::vector<std::string>)>
        ask;
    std::size_t endpoints = 1;                           ///< How many may be asked.
    std::function<bool(const eth::BlockRef&)> is_final;  ///< And ours.
    runtime::Clock& clock;
    runtime::Random& random;
    obs::Log& log;
    obs::Metrics& metrics;
};

/// Whether views of a block may be asked for: it is ours and final; where the node tells no
/// finality, so far below the tip that a reorg is out of the question.
bool may_audit(
    const chain::HeadStatus& status, const chain::AppliedChain& applied, const eth::BlockRef& block
);

/// What a market's contracts answer beside what its rows would give, while its figures are
/// withheld: whether the fold still follows it.
struct DegradedAudit {
    eth::BlockRef block;  ///< Of the last audit.
    std::size_t equal = 0;
    std::size_t mismatch = 0;
    std::string first_mismatch;  ///< Contract, view, both answers; empty when there is none.
};

/// Holds what we said of random accounts and reserves against the contracts' view functions at
/// final blocks, for ever, within a budget of requests that is its own: see protocol::Audit. A
/// mismatch that other endpoints do not explain is an alert, a log line and a metric that must stay
/// 0. Thread: loop.
class Auditor {
  public:
    /// The parts outlive it.
    Auditor(std::string chain_name, AuditSettings settings, AuditParts parts);

    /// A live block was committed.
    void saw(const eth::Block& block);

    /// Endless; returns at once when audits are off. Run it beside the engine.
    runtime::Task<> run();

    /// What audits of a market found since it is degraded; nullopt when none was concluded.
    [[nodiscard]] std::optional<DegradedAudit> degraded(protocol::MarketId market) const;

  private:
    /// What is to be audited again, and in how many samples in a row nobody confirmed it.
    struct Suspect {
        std::set<eth::Read> reads;
        unsigned unconfirmed = 0;
    };

    /// What became of one check.
    struct Judged {
        AuditResult result = AuditResult::kFailed;
        bool undecided = false;  ///< Differs from one endpoint, and no other was heard.
        eth::ReadAnswer answer;  ///< Of an endpoint that differs.
    };

    /// The checks of one sample, judged one after the other.
    struct Hearing {
        protocol::AuditSample sample;
        std::vector<Judged> judged;  ///< As many as checks; the rest is not heard yet.
        std::set<std::string> witnesses;
    };

    /// Checks in which one endpoint contradicts us, and what was heard of them.
    struct Dispute {
        std::vector<std::size_t> checks;  ///< Places in the sample.
        std::vector<eth::Read> reads;
        std::vector<std::vector<eth::ReadAnswer>> answers;  ///< Of each check, by endpoint.
        std::vector<std::string> endpoints;                 ///< In the order asked.

        void add(rpc::Testimony said);
    };

    runtime::Task<> draw();
    runtime::Task<> hold();
    runtime::Task<> hear(Hearing& hearing);
    runtime::Task<> hear_some(Hearing& hearing, std::size_t count);
    runtime::Task<> hear_others(const Hearing& hearing, Dispute& dispute);
    void rule_on(Hearing& hearing, const Dispute& dispute);
    [[nodiscard]] Weighed weighed(const Hearing& hearing, const Dispute& dispute, std::size_t i)
        const;
    [[nodiscard]] bool undecided(const Hearing& hearing, const Dispute& dispute) const;
    runtime::Task<Result<rpc::Testimony>> ask(
        Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides
    );
    runtime::Task<> conclude(Hearing& hearing);
    runtime::Task<> conclude(
        Hearing& hearing, protocol::Subject about, std::size_t first, std::size_t last
    );
    void promote(
        Hearing& hearing, const protocol::Subject& about, std::size_t first, std::size_t last
    );
    runtime::Task<> tell(
        const Hearing& hearing, protocol::Subject about, std::vector<std::size_t> differ
    );
    runtime::Task<std::vector<engine::TouchingLog>> last_logs(
        protocol::Subject about, eth::BlockNum from
    );
    [[nodiscard]] const std::string& market_name(protocol::MarketId market) const;
    /// "0x…", or which part.
    [[nodiscard]] std::string subject_name(const protocol::Subject& about) const;
    [[nodiscard]] bool ours(const eth::BlockRef& block) const;
    void recall_suspects();
    void failed(const Error& error);
    void report(const Hearing& hearing);
    void note_degraded(const Hearing& hearing);

    std::string chain_name_;
    AuditSettings settings_;
    AuditParts parts_;
    AuditMetrics metrics_;
    protocol::Audit audit_;
    runtime::Event tip_moved_;
    Duration per_call_;
    Instant next_draw_;
    Instant next_call_;
    std::map<protocol::Subject, Suspect> suspects_;
    std::map<protocol::MarketId, DegradedAudit> degraded_;
    bool said_failing_ = false;
};

}  // namespace faultline::app
