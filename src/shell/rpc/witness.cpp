// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

/// One endpoint is its own witness.
class WitnessedNode final : public Node {
  public:
    WitnessedNode(Node& node, Witnesses& witnesses) : node_(node), witnesses_(witnesses) {}

    [[nodiscard]] const std::string& name() const override { return node_.name(); }

    runtime::Task<Result<eth::ChainId>> chain_id() override { return seen(node_.chain_id()); }

    runtime::Task<Result<eth::Header>> head(HeadTag tag) override { return seen(node_.head(tag)); }

    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override {
        return seen(node_.header_by_number(number));
    }

    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override {
        return seen(node_.header_by_hash(hash));
    }

    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof proof
    ) override {
        return seen(node_.headers(first, last, proof));
    }

    runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) override {
        return seen(node_.block(hash, filter));
    }

    runtime::Task<Result<PinnedBlock>> unverified_block(Hash32 hash, const eth::LogFilter& filter)
        override {
        return seen(node_.unverified_block(hash, filter));
    }

    runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override {
        return seen(node_.logs(first, last, filter));
    }

    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override {
        return seen(node_.reads(block, std::move(reads)));
    }

  private:
    template <class T>
    runtime::Task<Result<T>> seen(runtime::Task<Result<T>> asking) {
        Result<T> answer = co_await std::move(asking);
        if (answer) {
            witnesses_.add(node_.name());
        }
        co_return answer;
    }

    Node& node_;
    Witnesses& witnesses_;
};

}  // namespace

void Witnesses::add(const std::string& name) {
    if (std::ranges::find(names_, name) == names_.end()) {
        names_.push_back(name);
    }
}

std::unique_ptr<Node> Node::witnessed(Witnesses& witnesses) {
    return std::make_unique<WitnessedNode>(*this, witnesses);
}

std::string_view role_name(Role role) noexcept {
    switch (role) {
        case Role::kPrimary:
            return "primary";
        case Role::kFallback:
            return "fallback";
        case Role::kVerifyOnly:
            return "verify_only";
    }
    return "primary";
}

}  // namespace faultline::rpc
