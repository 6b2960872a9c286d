// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/node_view.hpp"

#include <algorithm>
#include <variant>

namespace faultline::simnode {

NodeView::NodeView(const Playback& playback, Finality finality, std::size_t lag)
    : playback_(&playback),
      finality_(finality),
      length_(playback.chain().size() - std::min(lag, playback.chain().size() - 1)) {}

eth::BlockNum NodeView::number_of(const rpc::BlockSelector& selector) const {
    if (const auto* number = std::get_if<eth::BlockNum>(&selector)) {
        return *number;
    }
    const auto behind = [&](eth::BlockNum depth) {
        return head() - std::min(depth, head() - first());
    };
    switch (std::get<rpc::BlockTag>(selector)) {
        case rpc::BlockTag::kEarliest:
            return first();
        case rpc::BlockTag::kSafe:
            return behind(finality_.safe_depth);
        case rpc::BlockTag::kFinalized:
            return behind(finality_.finalized_depth);
        case rpc::BlockTag::kLatest:
        case rpc::BlockTag::kPending:
            break;
    }
    return head();
}

std::optional<BlockIndex> NodeView::find(const rpc::BlockSelector& selector) const {
    std::optional<BlockIndex> wanted;
    eth::BlockNum number = 0;
    if (const auto* hash = std::get_if<Hash32>(&selector)) {
        wanted = tape().find(*hash);
        if (!wanted) {
            return std::nullopt;
        }
        number = tape()[*wanted].ref.number;
    } else {
        number = number_of(selector);
    }
    const auto found = range(number, number);
    if (found.empty() || (wanted && found.front() != *wanted)) {
        return std::nullopt;
    }
    return found.front();
}

std::span<const BlockIndex> NodeView::range(eth::BlockNum from, eth::BlockNum to) const {
    from = std::max(from, first());
    to = std::min(to, head());
    if (from > to) {
        return {};
    }
    return std::span(playback_->chain()).subspan(from - first(), to - from + 1);
}

}  // namespace faultline::simnode
