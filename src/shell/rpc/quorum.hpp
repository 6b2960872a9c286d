// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// What one endpoint answered to a question that several have to agree on.
template <class T>
struct Vote {
    std::size_t member = 0;
    T answer;
};

/// Where the votes stand. Members are named by their index in the pool.
struct Verdict {
    enum class Kind : std::uint8_t {
        kShort,     ///< All the same, but fewer than wanted.
        kAgreed,    ///< All the same, and enough.
        kMajority,  ///< More than half are the same, and at least two.
        kDisputed,
    };

    Kind kind = Kind::kShort;
    std::vector<std::size_t> agreed;   ///< The largest group; the first of equal ones.
    std::vector<std::size_t> against;  ///< The others.
};

template <class T, class Same>
Verdict judge(const std::vector<Vote<T>>& votes, std::size_t wanted, Same same) {
    std::vector<std::vector<std::size_t>> groups;  // Of places in `votes`.
    for (std::size_t i = 0; i < votes.size(); ++i) {
        const auto group = std::ranges::find_if(groups, [&](const auto& one) {
            return same(votes[one.front()].answer, votes[i].answer);
        });
        if (group == groups.end()) {
            groups.push_back({i});
        } else {
            group->push_back(i);
        }
    }
    Verdict out;
    if (groups.empty()) {
        return out;
    }
    const auto largest =
        std::ranges::max_element(groups, {}, [](const auto& group) { return group.size(); });
    for (const auto& group : groups) {
        auto& side = &group == &*largest ? out.agreed : out.against;
        for (const std::size_t place : group) {
            side.push_back(votes[place].member);
        }
    }
    if (groups.size() == 1) {
        out.kind = votes.size() >= wanted ? Verdict::Kind::kAgreed : Verdict::Kind::kShort;
    } else {
        const bool most = out.agreed.size() > 1 && out.agreed.size() > out.against.size();
        out.kind = most ? Verdict::Kind::kMajority : Verdict::Kind::kDisputed;
    }
    return out;
}

}  // namespace faultline::rpc
