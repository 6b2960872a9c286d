// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/view.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::protocol {
namespace {

eth::ReadAnswer answer(const std::vector<std::uint64_t>& words) {
    eth::ReadAnswer out;
    for (const std::uint64_t word : words) {
        const auto bytes = U256(word).to_be_bytes();
        out.result.insert(out.result.end(), bytes.begin(), bytes.end());
    }
    return out;
}

Figure<ViewFigure> ours(std::vector<std::optional<U256>> words, bool array = false) {
    return Figure<ViewFigure>::of({.words = std::move(words), .array = array});
}

eth::ReadAnswer reverted() {
    eth::ReadAnswer out;
    out.outcome = eth::ReadOutcome::kReverted;
    return out;
}

}  // namespace

TEST_CASE("a view differs by a word, by its length, and by a revert", "[audit]") {
    CHECK(compare(ours({U256(1), U256(2)}), answer({1, 2})) == Compared::kEqual);
    CHECK(compare(ours({U256(1), U256(2)}), answer({1, 3})) == Compared::kDiffers);
    CHECK(compare(ours({U256(1), U256(2)}), answer({1})) == Compared::kDiffers);
    CHECK(compare(ours({U256(1)}), answer({1, 2})) == Compared::kDiffers);
    CHECK(compare(ours({U256(1)}), answer({})) == Compared::kDiffers);
    CHECK(compare(ours({U256(1)}), reverted()) == Compared::kDiffers);
    const auto differ = different_words(ours({U256(1), U256(2)}).value, answer({1, 3}));
    REQUIRE(differ.size() == 1);
    CHECK(differ[0].place == 1);
    CHECK(differ[0].ours == U256(2));
    CHECK(differ[0].theirs == U256(3));
}

TEST_CASE("a word that is withheld is no mismatch, and the others are compared", "[audit]") {
    CHECK(compare(ours({std::nullopt, U256(2)}), answer({9, 2})) == Compared::kEqual);
    CHECK(compare(ours({std::nullopt, U256(2)}), answer({9, 1})) == Compared::kDiffers);
    CHECK(words_withheld(ours({std::nullopt, U256(2)}).value) == 1);
    CHECK(text_of(ours({std::nullopt, U256(2)}).value) == "? 2");
}

TEST_CASE("a figure that is withheld is held against a revert only", "[audit]") {
    const auto error = Figure<ViewFigure>::without(FigureStatus::kError, "no price");
    const auto stale = Figure<ViewFigure>::without(FigureStatus::kStale, "old");
    CHECK(compare(error, reverted()) == Compared::kEqual);
    CHECK(compare(error, answer({1})) == Compared::kLeftOut);
    CHECK(compare(stale, reverted()) == Compared::kLeftOut);
    CHECK(compare(stale, answer({1})) == Compared::kLeftOut);
    eth::ReadAnswer none;
    none.outcome = eth::ReadOutcome::kNoAnswer;
    CHECK(compare(error, none) == Compared::kLeftOut);
    CHECK(compare(ours({U256(1)}), none) == Compared::kLeftOut);
}

TEST_CASE("an array is compared behind its offset", "[audit]") {
    CHECK(compare(ours({U256(1), U256(7)}, true), answer({32, 1, 7})) == Compared::kEqual);
    CHECK(compare(ours({U256(1), U256(7)}, true), answer({64, 1, 7})) == Compared::kDiffers);
    CHECK(text_of(answer({32, 1, 7}), true) == "[array] 1 7");
    CHECK(text_of(reverted(), false) == "it reverted");
}

}  // namespace faultline::protocol
