// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::protocol {

eth::LogFilter filter_of(const Deployments& deployments) {
    eth::LogFilter out;
    for (const auto& deployment : deployments) {
        out = out.joined(deployment->wanted_logs());
    }
    return out;
}

Protocols::Protocols(ledger::Ledger& ledger, const Deployments& deployments) : quarantine_(ledger) {
    for (const auto& deployment : deployments) {
        const std::size_t first = markets_.size();
        FAULTLINE_ASSERT(
            first + deployment->markets().size() <= std::numeric_limits<MarketId>::max()
        );
        Protocol& protocol = *protocols_.emplace_back(
            deployment->open(ledger, quarantine_, static_cast<MarketId>(first))
        );
        for (const MarketLabel& label : protocol.markets()) {
            markets_.push_back({.protocol = &protocol, .label = &label});
        }
    }
}

std::optional<MarketId> Protocols::find(std::string_view protocol, std::string_view name) const {
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        if (markets_[i].label->name == name && markets_[i].protocol->name(market) == protocol) {
            return market;
        }
    }
    return std::nullopt;
}

std::vector<eth::Read> Protocols::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    std::set<eth::Read> planned;  // Or answered already.
    for (const eth::ReadAnswer& answer : block.reads) {
        planned.insert(answer.read);
    }
    for (const auto& protocol : protocols_) {
        for (eth::Read& read : protocol->plan_reads(block)) {
            if (planned.insert(read).second) {
                reads.push_back(std::move(read));
            }
        }
    }
    return reads;
}

bool Protocols::asks_in_history(const eth::LogList& logs) const {
    return std::ranges::any_of(protocols_, [&](const auto& protocol) {
        return protocol->asks_in_history(logs);
    });
}

void Protocols::apply(
    const eth::Block& block, std::vector<Incident>& incidents, bool tells_history
) {
    for (const auto& protocol : protocols_) {
        protocol->tell_history(tells_history);
        protocol->apply(block, incidents);
    }
}

Counts Protocols::counts() const {
    Counts out;
    for (const auto& protocol : protocols_) {
        const Counts counts = protocol->counts();
        out.holders += counts.holders;
        out.positions += counts.positions;
    }
    return out;
}

std::string Protocols::call_name(BytesView call_data) const {
    for (const auto& protocol : protocols_) {
        if (auto name = protocol->call_name(call_data)) {
            return *std::move(name);
        }
    }
    constexpr std::size_t kSelector = 4;
    return "selector " + to_hex(call_data.first(std::min(call_data.size(), kSelector)));
}

AllViews::AllViews(const Protocols& protocols, At at, Trust trust) {
    views_.reserve(protocols.all().size());
    for (const auto& protocol : protocols.all()) {
        views_.push_back(protocol->views(at, trust));
    }
}

/// Where two protocols know a contract (a token that one of them follows), a figure is worth more
/// than the reason why there is none.
std::optional<Figure<ViewFigure>> AllViews::answer(const eth::Read& read) const {
    std::optional<Figure<ViewFigure>> without;
    for (const auto& views : views_) {
        auto figure = views->answer(read);
        if (figure && figure->ok()) {
            return figure;
        }
        if (figure && !without) {
            without = std::move(figure);
        }
    }
    return without;
}

}  // namespace faultline::protocol
