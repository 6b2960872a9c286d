// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/shell/chain/fake_chain.hpp"

#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace faultline::chain::test {

/// A node that serves a FakeChain. Each call takes a millisecond, so the chain can move between two
/// of them. Blocks off the canonical branch are missing, as on anvil.
class FakeNode final : public rpc::Node {
  public:
    FakeNode(FakeChain& chain, runtime::Clock& clock);

    std::uint64_t id = 1;
    /// How many blocks its head lags behind the chain's.
    std::uint64_t behind = 0;
    /// Finalized is this far below the head; nullopt: the node knows no such thing.
    std::optional<std::uint64_t> finality_depth;
    /// Serves blocks off the canonical branch by hash, as geth does.
    bool keeps_orphans = false;
    /// Ranges wider than this are refused.
    std::uint64_t widest_range = 1'000'000;
    /// Asked before each call; an error it returns is the answer.
    std::function<std::optional<Error>(const std::string& method)> fault;
    /// Run before each call, to move the chain.
    std::function<void(const std::string& method)> before;
    /// How long the next call takes; a millisecond unless said.
    std::function<Duration(const std::string& method)> takes;
    /// Changes what a pinned block is answered with.
    std::function<void(rpc::PinnedBlock&)> alter;
    /// Calls that it does not carry through.
    bool refuses_calls = false;
    /// Headers of history do not pass, unless that is waived.
    bool refuse_headers = false;
    /// unverified_block() has what the chain has, by receipts, whatever `alter` says.
    bool proves_by_receipts = false;
    std::function<void(rpc::PinnedBlock&)> alter_proven;  ///< What receipts do not prove.
    std::map<std::string, int> calls;

    [[nodiscard]] const std::string& name() const override { return name_; }

    runtime::Task<Result<eth::ChainId>> chain_id() override;
    runtime::Task<Result<eth::Header>> head(rpc::HeadTag tag) override;
    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override;
    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override;
    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, rpc::Proof proof
    ) override;
    runtime::Task<Result<rpc::PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter)
        override;
    runtime::Task<Result<rpc::PinnedBlock>> unverified_block(
        Hash32 hash, const eth::LogFilter& filter
    ) override;
    runtime::Task<Result<std::vector<rpc::BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override;
    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override;

  private:
    runtime::Task<std::optional<Error>> begin(std::string method);
    [[nodiscard]] Result<rpc::PinnedBlock> pinned(const Hash32& hash) const;
    [[nodiscard]] eth::BlockNum seen_head() const;
    [[nodiscard]] const FakeChain::Block* seen(const Hash32& hash) const;

    std::string name_ = "fake";
    FakeChain& chain_;
    runtime::Clock& clock_;
};

inline Error missing(const std::string& what) {
    return Error(Code::kMissing, "fake: " + what + " is not here");
}

inline FakeNode::FakeNode(FakeChain& chain, runtime::Clock& clock) : chain_(chain), clock_(clock) {}

inline runtime::Task<std::optional<Error>> FakeNode::begin(std::string method) {
    ++calls[method];
    co_await clock_.sleep(takes ? takes(method) : std::chrono::milliseconds(1));
    if (before) {
        before(method);
    }
    co_return fault ? fault(method) : std::nullopt;
}

inline eth::BlockNum FakeNode::seen_head() const {
    return chain_.head() - std::min(behind, chain_.head());
}

inline const FakeChain::Block* FakeNode::seen(const Hash32& hash) const {
    const FakeChain::Block* block = chain_.find(hash);
    const bool known = block != nullptr && (keeps_orphans || chain_.canonical(hash)) &&
                       block->header.ref.number <= seen_head();
    return known ? block : nullptr;
}

inline runtime::Task<Result<eth::ChainId>> FakeNode::chain_id() {
    if (auto error = co_await begin("chain_id")) {
        co_return *std::move(error);
    }
    co_return id;
}

inline runtime::Task<Result<eth::Header>> FakeNode::head(rpc::HeadTag tag) {
    const char* method = tag == rpc::HeadTag::kLatest ? "head" : "level";
    if (auto error = co_await begin(method)) {
        co_return *std::move(error);
    }
    if (tag == rpc::HeadTag::kLatest) {
        co_return chain_.at(seen_head()).header;
    }
    if (!finality_depth || *finality_depth > seen_head()) {
        co_return missing("a finalized block");
    }
    co_return chain_.at(seen_head() - *finality_depth).header;
}

inline runtime::Task<Result<eth::Header>> FakeNode::header_by_number(eth::BlockNum number) {
    if (auto error = co_await begin("header_by_number")) {
        co_return *std::move(error);
    }
    if (number > seen_head()) {
        co_return missing("block " + std::to_string(number));
    }
    co_return chain_.at(number).header;
}

inline runtime::Task<Result<eth::Header>> FakeNode::header_by_hash(Hash32 hash) {
    if (auto error = co_await begin("header_by_hash")) {
        co_return *std::move(error);
    }
    const FakeChain::Block* block = seen(hash);
    if (block == nullptr) {
        co_return missing("block " + hash.hex());
    }
    co_return block->header;
}

inline runtime::Task<Result<std::vector<eth::Header>>> FakeNode::headers(
    eth::BlockNum first, eth::BlockNum last, rpc::Proof proof
) {
    if (proof == rpc::Proof::kAsConfigured && refuse_headers) {
        co_return Error(Code::kMalformed, "fake: a header has not its hash");
    }
    if (auto error = co_await begin("headers")) {
        co_return *std::move(error);
    }
    std::vector<eth::Header> headers;
    for (eth::BlockNum number = first; number <= last; ++number) {
        if (number > seen_head()) {
            co_return missing("block " + std::to_string(number));
        }
        headers.push_back(chain_.at(number).header);
    }
    co_return headers;
}

inline runtime::Task<Result<rpc::PinnedBlock>> FakeNode::block(
    Hash32 hash, const eth::LogFilter& filter
) {
    static_cast<void>(filter);
    if (auto error = co_await begin("block")) {
        co_return *std::move(error);
    }
    co_return pinned(hash);
}

inline runtime::Task<Result<rpc::PinnedBlock>> FakeNode::unverified_block(
    Hash32 hash, const eth::LogFilter& filter
) {
    static_cast<void>(filter);
    if (auto error = co_await begin("unverified_block")) {
        co_return *std::move(error);
    }
    if (const FakeChain::Block* block = seen(hash); block != nullptr && proves_by_receipts) {
        rpc::PinnedBlock out;
        out.header = block->header;
        out.logs = block->logs;
        out.checks = {"header_hash", "receipts_root"};
        if (alter_proven) {
            alter_proven(out);
        }
        co_return out;
    }
    co_return pinned(hash);
}

inline Result<rpc::PinnedBlock> FakeNode::pinned(const Hash32& hash) const {
    const FakeChain::Block* block = seen(hash);
    if (block == nullptr) {
        return missing("block " + hash.hex());
    }
    rpc::PinnedBlock out;
    out.header = block->header;
    out.logs = block->logs;
    if (alter) {
        alter(out);
    }
    return out;
}

inline runtime::Task<Result<std::vector<rpc::BlockLogs>>> FakeNode::logs(
    eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
) {
    static_cast<void>(filter);
    if (auto error = co_await begin("logs")) {
        co_return *std::move(error);
    }
    if (last.number - first + 1 > widest_range) {
        co_return Error(Code::kRejected, "fake: block range is too wide");
    }
    if (last.number > seen_head()) {
        co_return missing("block " + last.text());
    }
    if (chain_.at(last.number).header.ref != last) {
        co_return Error(Code::kTransient, "fake: logs of another branch");
    }
    std::vector<rpc::BlockLogs> groups;
    for (eth::BlockNum number = first; number <= last.number; ++number) {
        const FakeChain::Block& block = chain_.at(number);
        if (!block.logs.empty()) {
            rpc::BlockLogs group;
            group.ref = block.header.ref;
            group.logs = block.logs;
            groups.push_back(std::move(group));
        }
    }
    co_return groups;
}

inline runtime::Task<Result<std::vector<eth::ReadAnswer>>> FakeNode::reads(
    Hash32 block, std::vector<eth::Read> reads
) {
    if (auto error = co_await begin("reads")) {
        co_return *std::move(error);
    }
    if (seen(block) == nullptr) {
        co_return missing("block " + block.hex());
    }
    std::vector<eth::ReadAnswer> answers;
    for (eth::Read& read : reads) {
        eth::ReadAnswer answer;
        answer.read = std::move(read);
        if (refuses_calls) {
            answer.outcome = eth::ReadOutcome::kNoAnswer;
        } else {
            answer.result.assign(block.bytes.begin(), block.bytes.end());
        }
        answers.push_back(std::move(answer));
    }
    co_return answers;
}

}  // namespace faultline::chain::test
