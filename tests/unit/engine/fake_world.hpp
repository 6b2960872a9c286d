// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/engine/fake_protocol.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {

/// The test market of Aave and two markets of a protocol that is scripted.
struct World {
    std::shared_ptr<Script> script = std::make_shared<Script>();
    Fold fold{options()};
    ScriptedChain chain;
    std::vector<UndoRecord> undo;
    std::size_t dropped = 0;

    [[nodiscard]] FoldOptions options() const {
        FoldOptions out = fold_options();
        out.rules.health[0].terms.patience.for_blocks = 1;
        out.deployments.push_back(std::make_shared<const FakeDeployment>(script, "first"));
        out.deployments.push_back(std::make_shared<const FakeDeployment>(script, "second"));
        return out;
    }

    std::vector<alerts::Transition> next(bool live = true, std::uint64_t seconds = 0) {
        eth::Block block = chain.next(200);
        block.live = live;
        block.header.timestamp.value += seconds;
        Outcome outcome = fold.apply(block, 0);
        UndoRecord record{.ref = block.ref(), .changes = {}, .transitions = {}};
        record.add(outcome);
        undo.push_back(std::move(record));
        dropped += outcome.news_dropped;
        std::set<std::string> keys;
        for (const alerts::Transition& one : outcome.transitions) {
            INFO(one.summary);
            CHECK(keys.insert(one.key()).second);  // Or receivers would drop it as a repetition.
        }
        return outcome.transitions;
    }
};

inline protocol::Holder holder(std::uint8_t account, std::uint8_t part) {
    protocol::Holder out;
    out.account.bytes[19] = account;
    out.part.bytes[0] = part;
    return out;
}

}  // namespace faultline::engine
