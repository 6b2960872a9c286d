// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/branch.hpp"

#include <algorithm>
#include <utility>

namespace faultline::chain {

runtime::Task<Result<Branch>> find_branch(
    rpc::Node& node, const AppliedChain& applied, eth::Header tip, BranchReach reach
) {
    Branch branch;
    branch.headers.push_back(std::move(tip));
    // Ends at the root or at `reach.lowest`: each turn goes one height down.
    for (;;) {
        const eth::Header& lowest = branch.headers.back();
        const eth::BlockNum number = lowest.ref.number;
        const eth::BlockRef below{.number = number == 0 ? 0 : number - 1, .hash = lowest.parent};
        branch.rooted = number == reach.start || applied.applied(below.number) == below;
        if (branch.rooted || number <= reach.lowest) {
            break;
        }
        FAULTLINE_CO_TRY(eth::Header header, co_await node.header_by_hash(below.hash));
        if (header.ref != below) {
            co_return Error(
                Code::kTransient,
                node.name() + ": asked for block " + below.text() + ", got " + header.ref.text()
            );
        }
        branch.headers.push_back(std::move(header));
    }
    std::ranges::reverse(branch.headers);
    co_return branch;
}

}  // namespace faultline::chain
