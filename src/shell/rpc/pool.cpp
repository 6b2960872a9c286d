// SPDX-License-Identifier: Apache-2.0
#include "pool_view.hpp"
#include "rotation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

class EndpointPool final : public Pool {
  public:
    EndpointPool(PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts)
        : rotation_(std::move(options), std::move(endpoints), parts),
          view_(rotation_, rotation_.members().names(), nullptr) {}

    [[nodiscard]] const std::string& name() const override { return view_.name(); }

    runtime::Task<Result<eth::ChainId>> chain_id() override { return view_.chain_id(); }

    runtime::Task<Result<eth::Header>> head(HeadTag tag) override { return view_.head(tag); }

    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override {
        return view_.header_by_number(number);
    }

    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override {
        return view_.header_by_hash(hash);
    }

    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof proof
    ) override {
        return view_.headers(first, last, proof);
    }

    runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) override {
        return view_.block(hash, filter);
    }

    runtime::Task<Result<PinnedBlock>> unverified_block(Hash32 hash, const eth::LogFilter& filter)
        override {
        return view_.unverified_block(hash, filter);
    }

    runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override {
        return view_.logs(first, last, filter);
    }

    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override {
        return view_.reads(block, std::move(reads));
    }

    [[nodiscard]] std::unique_ptr<Node> witnessed(Witnesses& witnesses) override {
        return std::make_unique<PoolView>(rotation_, view_.name(), &witnesses);
    }

    runtime::Task<Result<Testimony>> testimony(
        Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides
    ) override {
        co_return co_await rpc::testimony(rotation_, block, std::move(reads), besides);
    }

    runtime::Task<> run() override { return rotation_.look_after(); }

    [[nodiscard]] std::vector<EndpointStatus> status() const override {
        return rotation_.members().status();
    }

  private:
    Rotation rotation_;
    PoolView view_;
};

}  // namespace

std::unique_ptr<Pool> make_pool(
    PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts
) {
    return std::make_unique<EndpointPool>(std::move(options), std::move(endpoints), parts);
}

}  // namespace faultline::rpc
