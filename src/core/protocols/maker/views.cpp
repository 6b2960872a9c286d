// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/views.hpp"

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

using ViewOf = Figure<ViewFigure> (*)(const ViewQuestion& question);

ViewOf view_of(Role role) {
    switch (role) {
        case Role::kVat:
            return vat_view;
        case Role::kJug:
            return jug_view;
        case Role::kSpotter:
            return spotter_view;
        case Role::kDog:
            return dog_view;
        case Role::kVow:
            return vow_view;
        case Role::kPot:
            return pot_view;
        case Role::kPsm:
            return psm_view;
        case Role::kSavings:
            return savings_view;
        case Role::kToken:
            return token_view;
        case Role::kClip:
            return clip_view;
        case Role::kCalc:
            return calc_view;
        case Role::kPip:
            return pip_view;
        default:
            return nullptr;
    }
}

class MakerViews final : public protocol::Views {
  public:
    MakerViews(
        const Tables& tables,
        MarketId first_market,
        const std::vector<MarketConfig>& configs,
        protocol::At at,
        protocol::Trust trust
    )
        : tables_(tables), first_market_(first_market), configs_(configs), at_(at), trust_(trust) {}

    [[nodiscard]] std::optional<Figure<ViewFigure>> answer(const eth::Read& read) const override {
        for (std::size_t i = 0; i < configs_.size(); ++i) {
            const auto market = static_cast<MarketId>(first_market_ + i);
            auto figure = answer_of(tables_, market, configs_[i], at_, read);
            const Figure<bool> usable = usable_rows(tables_, market);
            const bool withheld =
                trust_ == protocol::Trust::kWithhold || !tables_.markets.contains({market});
            if (figure && !usable.ok() && withheld) {
                // Not kError, which says that the view reverts.
                return untold(usable.reason);
            }
            if (figure) {
                return figure;
            }
        }
        return std::nullopt;
    }

  private:
    const Tables& tables_;
    MarketId first_market_;
    const std::vector<MarketConfig>& configs_;
    protocol::At at_;
    protocol::Trust trust_;
};

}  // namespace

Figure<ViewFigure> of_word(const U256& word) {
    return Figure<ViewFigure>::of({.words = {word}, .array = false});
}

Figure<ViewFigure> of_word(const Figure<U256>& word) {
    return word.ok() ? of_word(word.value) : Figure<ViewFigure>::without(word.status, word.reason);
}

Figure<ViewFigure> untold(std::string reason) {
    return Figure<ViewFigure>::without(FigureStatus::kNoData, std::move(reason));
}

std::optional<Figure<ViewFigure>> answer_of(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    protocol::At at,
    const eth::Read& read
) {
    const ViewOf view = view_of(role_of(tables, market, config, read.to));
    if (view == nullptr) {
        return std::nullopt;
    }
    const auto call = view_call(read.data);
    if (!call) {
        return untold("a view that is not accounted for");
    }
    return view(
        {.tables = tables,
         .market = market,
         .config = config,
         .at = at,
         .contract = read.to,
         .view = call->view,
         .arguments = call->arguments}
    );
}

std::unique_ptr<protocol::Views> MakerProtocol::views(protocol::At at, protocol::Trust trust)
    const {
    return std::make_unique<MakerViews>(tables_, first_market_, configs_, at, trust);
}

}  // namespace faultline::maker
