// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/chain/finality.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <vector>

using namespace faultline;

namespace {

eth::BlockRef block(eth::BlockNum number, std::uint8_t branch = 1) {
    eth::BlockRef out{.number = number, .hash = {}};
    out.hash.bytes[0] = branch;
    out.hash.bytes[1] = static_cast<std::uint8_t>(number);
    return out;
}

/// Blocks up to `tip` of branch 1; the hashes of the last `window`.
struct Applied final : chain::AppliedChain {
    std::optional<eth::BlockRef> tip_at = block(100);
    eth::BlockNum window = 20;

    [[nodiscard]] std::optional<eth::BlockRef> tip() const override { return tip_at; }

    [[nodiscard]] std::optional<eth::BlockRef> applied(eth::BlockNum number) const override {
        const bool known = tip_at && number <= tip_at->number && number + window > tip_at->number;
        return known ? std::optional(block(number)) : std::nullopt;
    }

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block&) const override { return {}; }
};

constexpr auto kSafe = eth::Finality::kSafe;
constexpr auto kFinalized = eth::Finality::kFinalized;

}  // namespace

TEST_CASE("a block is as final as the node's levels, when these are ours", "[chain]") {
    const Applied applied;
    chain::HeadStatus status;
    CHECK(is_final(status, applied, block(100), eth::Finality::kLatest));
    CHECK_FALSE(is_final(status, applied, block(90), kSafe));
    status.safe = block(95);
    status.finalized = block(90);
    CHECK(is_final(status, applied, block(95), kSafe));
    CHECK_FALSE(is_final(status, applied, block(96), kSafe));
    CHECK(is_final(status, applied, block(90), kFinalized));
    CHECK_FALSE(is_final(status, applied, block(91), kFinalized));
}

TEST_CASE("finalized is safe, too", "[chain]") {
    const Applied applied;
    chain::HeadStatus status;
    status.finalized = block(90);
    CHECK(is_final(status, applied, block(90), kSafe));
}

TEST_CASE("a level of another branch makes nothing final", "[chain]") {
    const Applied applied;
    chain::HeadStatus status;
    status.finalized = block(95, 2);
    CHECK_FALSE(is_final(status, applied, block(90), kFinalized));
}

TEST_CASE("an orphaned block is never final", "[chain]") {
    const Applied applied;
    chain::HeadStatus status;
    status.finalized = block(95);
    CHECK_FALSE(is_final(status, applied, block(90, 2), kFinalized));
    CHECK_FALSE(is_final(status, applied, block(90, 2), eth::Finality::kLatest));
}

TEST_CASE("a level above what is applied says nothing yet", "[chain]") {
    Applied applied;
    chain::HeadStatus status;
    status.finalized = block(120);
    CHECK_FALSE(is_final(status, applied, block(90), kFinalized));
    applied.tip_at = block(121);
    CHECK(is_final(status, applied, block(110), kFinalized));
    applied.tip_at = std::nullopt;
    CHECK_FALSE(is_final(status, applied, block(90), kFinalized));
}

TEST_CASE("below the undo window, height alone decides", "[chain]") {
    const Applied applied;
    chain::HeadStatus status;
    status.finalized = block(70);
    CHECK(is_final(status, applied, block(60), kFinalized));
    CHECK_FALSE(is_final(status, applied, block(71), kFinalized));
}
