// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/chain/source.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::chain::test {

/// Stands in for the engine: applies what the source delivers and holds it to the contract of the
/// stream. A breach is kept as text and the test fails on it.
class Recorder final : public AppliedChain {
  public:
    /// @param window how many reverted blocks it can undo; @param start the first block.
    Recorder(eth::BlockNum start, std::uint64_t window) : start_(start), window_(window) {}

    /// Every live block asks for one read, so an incomplete block shows.
    bool reads_when_live = false;
    /// This block of history asks for one, which is answered at the newest head.
    std::optional<eth::BlockNum> reads_in_history;
    /// A block whose logs were left out is no breach: the test says when it may come.
    bool may_lack_logs = false;
    std::vector<eth::Block> applied_blocks;
    std::vector<std::string> events;  ///< "+12 1a2b3c4d" and "-12 1a2b3c4d".
    std::string breach;
    std::uint64_t reverts = 0;

    void take(eth::ChainEvent event);

    [[nodiscard]] std::vector<eth::BlockRef> refs() const;

    [[nodiscard]] std::optional<eth::BlockRef> tip() const override;
    [[nodiscard]] std::optional<eth::BlockRef> applied(eth::BlockNum number) const override;
    [[nodiscard]] std::optional<eth::Block> kept(eth::BlockNum number) const override;
    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override;

    [[nodiscard]] bool asks_in_history(const eth::LogList& /*logs*/) const override {
        return reads_in_history.has_value();
    }

  private:
    void apply(eth::Block block);
    void revert(const eth::BlockRef& ref);

    eth::BlockNum start_;
    std::uint64_t window_;
};

inline void Recorder::take(eth::ChainEvent event) {
    if (auto* applied = std::get_if<eth::Applied>(&event)) {
        events.push_back("+" + applied->block.ref().tag());
        apply(std::move(applied->block));
    } else {
        const eth::BlockRef ref = std::get<eth::Reverted>(event).ref;
        events.push_back("-" + ref.tag());
        revert(ref);
    }
}

inline void Recorder::apply(eth::Block block) {
    const auto top = tip();
    const bool follows =
        top ? block.header.parent == top->hash && block.ref().number == top->number + 1
            : block.ref().number == start_;
    if (!follows) {
        breach += "applied " + block.ref().text() + " on " + (top ? top->text() : "nothing") + "; ";
    }
    if (!may_lack_logs && block.logs.size() != block.ref().number % 3) {
        breach += "logs are missing from " + block.ref().text() + "; ";
    }
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        if (!std::ranges::equal(block.logs[i].data, block.ref().hash.view())) {
            breach += "logs of another branch in " + block.ref().text() + "; ";
        }
    }
    for (const eth::ReadAnswer& answer : block.reads) {
        if (block.live && !answer.unanswered() &&
            !std::ranges::equal(answer.result, block.ref().hash.view())) {
            breach += "a read of another block in " + block.ref().text() + "; ";
        }
    }
    applied_blocks.push_back(std::move(block));
}

inline void Recorder::revert(const eth::BlockRef& ref) {
    ++reverts;
    if (tip() != ref) {
        breach += "reverted " + ref.text() + ", which is not the tip; ";
        return;
    }
    applied_blocks.pop_back();
}

inline std::vector<eth::BlockRef> Recorder::refs() const {
    std::vector<eth::BlockRef> refs;
    for (const eth::Block& block : applied_blocks) {
        refs.push_back(block.ref());
    }
    return refs;
}

inline std::optional<eth::BlockRef> Recorder::tip() const {
    return applied_blocks.empty() ? std::nullopt : std::optional(applied_blocks.back().ref());
}

inline std::optional<eth::BlockRef> Recorder::applied(eth::BlockNum number) const {
    const auto top = tip();
    if (!top || number > top->number || number < start_ || top->number - number > window_) {
        return std::nullopt;
    }
    return applied_blocks[number - start_].ref();
}

inline std::optional<eth::Block> Recorder::kept(eth::BlockNum number) const {
    return applied(number) ? std::optional(applied_blocks[number - start_]) : std::nullopt;
}

inline std::vector<eth::Read> Recorder::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    const bool asks = block.live ? reads_when_live : reads_in_history == block.ref().number;
    if (asks && block.reads.empty()) {
        reads.push_back({.to = {}, .data = {static_cast<std::uint8_t>(block.ref().number)}});
    }
    return reads;
}

}  // namespace faultline::chain::test
