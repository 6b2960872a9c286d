// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/graph_signals.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr ledger::TableId kRows = 0x000d;
constexpr ledger::TableId kMark = 0x000e;
constexpr unsigned kBpsDecimals = 4;
constexpr unsigned kWadDecimals = 18;
constexpr std::size_t kTop = 10;

/// The value that a selector's label has to have, by `=`.
std::optional<std::string> named(const signals::Selector& selector, std::string_view label) {
    for (const signals::Matcher& matcher : selector.matchers) {
        if (matcher.label == label && matcher.kind == signals::MatchKind::kIs) {
            return matcher.value;
        }
    }
    return std::nullopt;
}

/// The value that has that name; nullopt: none has.
template <class Value, std::size_t N>
std::optional<Value> value_of(
    const std::array<std::string_view, N>& names, const std::optional<std::string>& name
) {
    const auto found = std::ranges::find(names, name.value_or(""));
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<Value>(found - names.begin()));
}

std::optional<graph::Question> question_of(const signals::Selector& selector) {
    const auto from = graph::selection_of(named(selector, "of").value_or(""));
    const auto to = graph::selection_of(named(selector, "on").value_or(""));
    const auto measure = value_of<graph::Measure>(graph::kMeasureNames, named(selector, "measure"));
    const auto reach = value_of<graph::Reach>(graph::kReachNames, named(selector, "through"));
    if (!from || !to || !measure || !reach) {
        return std::nullopt;
    }
    return graph::Question{
        .from = *from, .to = *to, .reach = *reach, .measure = *measure, .following = {}
    };
}

Figure<Decimal> figure(const Figure<U256>& of, unsigned decimals) {
    if (!of.ok()) {
        return Figure<Decimal>::without(of.status, of.reason);
    }
    const auto value = Decimal::of(of.value, decimals);
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
}

/// Of a node that the graph does not have, as the rule wrote it.
std::string id_of(
    const graph::Snapshot& snapshot,
    const graph::NodeKey& key,
    std::string_view label,
    const signals::Selector& selector
) {
    const auto place = snapshot.find(key);
    return place ? snapshot.nodes[*place].id : named(selector, label).value_or("");
}

void say_exposures(
    const graph::LookThrough& graph, const signals::Selector& selector, const signals::Visit& visit
) {
    const auto question = question_of(selector);
    if (!question) {
        return;
    }
    const bool usd = question->measure == graph::Measure::kUsd;
    std::size_t said = 0;
    for (const graph::Measured& pair : graph::measure(graph, *question)) {
        if (said++ == GraphSignals::kMostPairs) {
            return;
        }
        visit(
            {.name = "exposure",
             .labels =
                 {{"from", id_of(graph.snapshot(), pair.from, "of", selector)},
                  {"to", id_of(graph.snapshot(), pair.to, "on", selector)},
                  {"of", *named(selector, "of")},
                  {"on", *named(selector, "on")},
                  {"measure", *named(selector, "measure")},
                  {"through", *named(selector, "through")}},
             .value = figure(pair.figure, usd ? graph::kUsdDecimals : kBpsDecimals)}
        );
    }
}

/// "aave_v3" of the market's part-of edge, as nodes are named.
signals::Labels labels_of_market(const graph::Snapshot& snapshot, graph::NodeIndex market) {
    signals::Labels out{{"market", snapshot.nodes[market].name}, {"protocol", ""}};
    for (const graph::Edge& edge : snapshot.edges) {
        if (edge.from == market && edge.kind == graph::EdgeKind::kPartOf) {
            const std::string& id = snapshot.nodes[edge.to].id;
            out["protocol"] = id.substr(id.find(':') + 1);
        }
    }
    return out;
}

void say_concentrations(const graph::LookThrough& graph, const signals::Visit& visit) {
    using graph::Concentrated;

    struct Of {
        std::string_view name;
        Concentrated what;
    };

    constexpr std::array kOf{
        Of{.name = "suppliers", .what = Concentrated::kSuppliers},
        Of{.name = "borrowers", .what = Concentrated::kBorrowers},
        Of{.name = "collateral", .what = Concentrated::kCollateralTokens},
    };
    const graph::Snapshot& snapshot = graph.snapshot();
    for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) {
        if (snapshot.nodes[i].key.kind != graph::NodeKind::kMarket) {
            continue;
        }
        const auto market = static_cast<graph::NodeIndex>(i);
        signals::Labels labels = labels_of_market(snapshot, market);
        for (const Of& one : kOf) {
            const graph::Concentration of = graph::concentration(graph, market, one.what);
            labels["of"] = one.name;
            visit(
                {.name = "concentration_hhi",
                 .labels = labels,
                 .value = figure(of.hhi_wad(), kWadDecimals)}
            );
            visit(
                {.name = "concentration_top10",
                 .labels = labels,
                 .value = figure(of.top_share_bps(kTop), kBpsDecimals)}
            );
        }
    }
}

bool of_graph(const signals::Selector& selector) {
    return selector.name == "exposure" || selector.name == "concentration_hhi" ||
           selector.name == "concentration_top10";
}

}  // namespace

std::string exposure_fault(const signals::Selector& selector) {
    if (selector.name != "exposure" || question_of(selector)) {
        return {};
    }
    return "exposure has to say of=\"...\" and on=\"...\" (the id of a node such as "
           "protocol:aave_v3, a kind of node such as token, or any), measure=\"usd\", "
           "\"share_of_assets\" or \"share_of_depth\", and through=\"look_through\" or \"direct\"";
}

GraphSignals::GraphSignals(ledger::Ledger& ledger, graph::Labels labels, eth::ChainId chain)
    : labels_(std::move(labels)), chain_(chain), rows_(ledger, kRows), mark_(ledger, kMark) {}

void GraphSignals::ask(const std::vector<rules::SignalRule>& rules) {
    questions_.clear();
    std::vector<std::string> texts;
    for (const rules::SignalRule& rule : rules) {
        for (signals::Selector selector : rule.measure.selectors()) {
            selector.range.reset();
            std::string text =
                selector.name == "exposure" ? signals::text(selector) : selector.name;
            if (of_graph(selector) && std::ranges::find(texts, text) == texts.end()) {
                texts.push_back(std::move(text));
                questions_.push_back(std::move(selector));
            }
        }
    }
    std::ranges::sort(texts);
    std::string all;
    for (const std::string& text : texts) {
        all += text + "\n";
    }
    asked_ = texts.empty() ? Hash32{} : eth::keccak256(std::string_view(all));
}

void GraphSignals::saw(eth::BlockNum number, const std::function<graph::Snapshot()>& snapshot) {
    const MarkRow* mark = mark_.find({});
    const Hash32 before = mark == nullptr ? Hash32{} : mark->questions;
    if (before == asked_ && (questions_.empty() || number % kEvery != 0)) {
        return;
    }
    for (const Hash32& key : rows_.sorted_keys()) {
        rows_.erase(key);
    }
    if (questions_.empty()) {
        mark_.erase({});
        return;
    }
    mark_.put({}, {.questions = asked_});
    replace(graph::labelled(labels_, chain_, snapshot()).snapshot);
}

void GraphSignals::replace(const graph::Snapshot& snapshot) {
    const graph::LookThrough graph(snapshot);
    const auto visit = [this](signals::Signal signal) {
        put(std::move(signal));
    };
    bool concentrations = false;
    for (const signals::Selector& question : questions_) {
        if (question.name == "exposure") {
            say_exposures(graph, question, visit);
        } else {
            concentrations = true;
        }
    }
    if (concentrations) {
        say_concentrations(graph, visit);
    }
}

void GraphSignals::put(signals::Signal signal) {
    GraphSignalRow row{.name = signal.name, .labels = {}, .value = std::move(signal.value)};
    for (const auto& [name, value] : signal.labels) {
        row.labels.push_back({.name = name, .value = value});
    }
    rows_.put(
        eth::keccak256(std::string_view(signals::text(signal.name, signal.labels))), std::move(row)
    );
}

void GraphSignals::each(const signals::Visit& visit) const {
    for (const Hash32& key : rows_.sorted_keys()) {
        const GraphSignalRow& row = *rows_.find(key);
        signals::Signal signal{.name = row.name, .labels = {}, .value = row.value};
        for (const GraphSignalRow::Label& label : row.labels) {
            signal.labels[label.name] = label.value;
        }
        visit(std::move(signal));
    }
}

}  // namespace faultline::engine
