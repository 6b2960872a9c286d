// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rotation.hpp"

#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>

#include <string>
#include <vector>

namespace faultline::rpc {

/// The endpoints of a pool as one Node (reads they agree on: agreed_reads.cpp); with witnesses, for
/// questions that belong together.
class PoolView final : public Node {
  public:
    PoolView(Rotation& rotation, std::string name, Witnesses* witnesses);

    [[nodiscard]] const std::string& name() const override { return name_; }

    runtime::Task<Result<eth::ChainId>> chain_id() override;
    runtime::Task<Result<eth::Header>> head(HeadTag tag) override;
    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override;
    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override;
    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof proof
    ) override;
    runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) override;
    runtime::Task<Result<PinnedBlock>> unverified_block(Hash32 hash, const eth::LogFilter& filter)
        override;
    runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override;
    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override;

  private:
    template <class T>
    runtime::Task<Result<T>> ask(Question question, Asking<T> asking);
    runtime::Task<Result<eth::Header>> latest();
    runtime::Task<Result<eth::Header>> level(HeadTag tag);
    runtime::Task<Result<PinnedBlock>> ask_for_block(Hash32 hash, Asking<PinnedBlock> asking);
    runtime::Task<Result<std::vector<eth::ReadAnswer>>> agreed_reads(
        Question question, Hash32 block, std::vector<eth::Read> reads
    );
    /// One read, of those endpoints that have an answer to it.
    runtime::Task<Result<eth::ReadAnswer>> agreed_read(
        Question question, Hash32 block, eth::Read read
    );
    [[nodiscard]] Question pinned(Kind kind, const Hash32& hash, std::size_t calls) const;

    Rotation& rotation_;
    std::string name_;
    Session session_;
};

/// Pool::testimony().
runtime::Task<Result<Testimony>> testimony(
    Rotation& rotation,
    Hash32 block,
    std::vector<eth::Read> reads,
    const std::vector<std::string>& besides
);

}  // namespace faultline::rpc
