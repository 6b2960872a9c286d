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
#include <faultline/core/network/told_figures.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/graph_signals.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr ledger::TableId kRows = 0x000d;
constexpr ledger::TableId kMark = 0x000e;
constexpr unsigned kBpsDecimals = 4;
constexpr unsigned kWadDecimals = 18;
constexpr std::size_t kTop = 10;
constexpr std::string_view kClaimed = "claimed";
/// Edges that are asked at every block; twice as many at every second, and so on.
constexpr std::size_t kEdgesOfABlock = 2'000;

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
    const std::string claimed = named(selector, kClaimed).value_or("");
    if (claimed != "true" && claimed != "false") {
        return std::nullopt;
    }
    return graph::Question{
        .from = *from,
        .to = *to,
        .reach = *reach,
        .measure = *measure,
        .following = {.claimed = claimed == "true"}
    };
}

/// Exactly, not in basis points.
Figure<Decimal> share(const graph::Measured& pair) {
    if (!pair.figure.ok()) {
        return Figure<Decimal>::without(pair.figure.status, pair.figure.reason);
    }
    const auto value = Decimal::ratio(pair.known_usd, pair.whole_usd);
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
}

/// What the rule asked, as labels of what it is told.
signals::Labels asked_by(const signals::Selector& selector, const graph::Question& question) {
    return {
        {"of", named(selector, "of").value_or("")},
        {"on", named(selector, "on").value_or("")},
        {"measure", std::string(graph::kMeasureNames.at(static_cast<std::size_t>(question.measure)))
        },
        {"through", std::string(graph::kReachNames.at(static_cast<std::size_t>(question.reach)))},
        {std::string(kClaimed), question.following.claimed ? "true" : "false"},
    };
}

/// What nobody but a token claims comes last, so no token can make its way before what is proven.
void proven_first(std::vector<graph::Measured>& pairs) {
    std::ranges::sort(pairs, [](const graph::Measured& a, const graph::Measured& b) {
        const U256 proven_a = wrapping_sub(a.known_usd, a.claimed_usd);
        const U256 proven_b = wrapping_sub(b.known_usd, b.claimed_usd);
        return std::tie(proven_b, b.known_usd, a.from, a.to) <
               std::tie(proven_a, a.known_usd, b.from, b.to);
    });
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
    const signals::Labels asked = asked_by(selector, *question);
    std::vector<graph::Measured> pairs = graph::measure(graph, *question);
    proven_first(pairs);
    const std::size_t told = std::min(pairs.size(), GraphSignals::kMostPairs);
    for (const graph::Measured& pair : std::span(pairs).first(told)) {
        signals::Labels labels = asked;
        labels["from"] = id_of(graph.snapshot(), pair.from, "of", selector);
        labels["to"] = id_of(graph.snapshot(), pair.to, "on", selector);
        visit(
            {.name = "exposure",
             .labels = std::move(labels),
             .value = usd ? figure(pair.figure, graph::kUsdDecimals) : share(pair)}
        );
    }
    const auto left_out = Decimal::of(U256(pairs.size() - told), 0);
    visit({.name = "exposures_left_out", .labels = asked, .value = Figure<Decimal>::of(*left_out)});
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

GraphSignalRow row_of(signals::Signal signal) {
    GraphSignalRow row{
        .name = std::move(signal.name), .labels = {}, .value = std::move(signal.value)
    };
    for (const auto& [name, value] : signal.labels) {
        row.labels.push_back({.name = name, .value = value});
    }
    return row;
}

void say_network(const graph::Snapshot& snapshot, const signals::Visit& visit) {
    for (network::ToldFigure& figure : network::told_figures(snapshot)) {
        visit(
            {.name = "network_metric",
             .labels = {{"metric", std::string(figure.metric)}, {"node", std::move(figure.node)}},
             .value = std::move(figure.value)}
        );
    }
}

bool of_graph(const signals::Selector& selector) {
    return selector.name == "exposure" || selector.name == "concentration_hhi" ||
           selector.name == "concentration_top10" || selector.name == "network_metric";
}

}  // namespace

std::optional<graph::NodeIndex> market_of(
    const graph::Snapshot& snapshot, const signals::Labels& labels
) {
    const auto has = [&labels](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
    };
    for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) {
        const auto market = static_cast<graph::NodeIndex>(i);
        if (snapshot.nodes[i].key.kind == graph::NodeKind::kMarket &&
            std::ranges::all_of(labels_of_market(snapshot, market), has)) {
            return market;
        }
    }
    return std::nullopt;
}

std::string exposure_fault(const signals::Selector& selector) {
    if (selector.name != "exposure" || question_of(selector)) {
        return {};
    }
    return "exposure has to say of=\"...\" and on=\"...\" (the id of a node such as "
           "protocol:aave_v3, a kind of node such as token, or any), measure=\"usd\", "
           "\"share_of_assets\" or \"share_of_depth\", through=\"look_through\" or \"direct\", and "
           "claimed=\"true\", or \"false\" to leave out what only tokens say";
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

std::vector<Address> GraphSignals::accounts() const {
    std::vector<Address> out;
    for (const signals::Selector& question : questions_) {
        for (const std::string_view label : {"of", "on"}) {
            const auto end = graph::node_of_id(named(question, label).value_or(""));
            const auto address = end && end->kind == graph::NodeKind::kAccount
                                     ? end->address()
                                     : std::optional<Address>();
            if (address) {
                out.push_back(*address);
            }
        }
    }
    return out;
}

std::uint64_t GraphSignals::interval(std::size_t edges) noexcept {
    return std::clamp<std::uint64_t>(edges / kEdgesOfABlock, 1, kEvery);
}

void GraphSignals::saw(
    eth::BlockNum number, std::size_t edges, const std::function<graph::Snapshot()>& snapshot
) {
    if (is_current() && (questions_.empty() || number % interval(edges) != 0)) {
        return;
    }
    std::map<Hash32, GraphSignalRow> rows;
    if (!questions_.empty()) {
        answer(snapshot(), [&rows](signals::Signal signal) {
            const Hash32 key =
                eth::keccak256(std::string_view(signals::text(signal.name, signal.labels)));
            rows.insert_or_assign(key, row_of(std::move(signal)));
        });
    }
    replace(std::move(rows));
    if (questions_.empty()) {
        mark_.erase({});
    } else if (!is_current()) {
        mark_.put({}, {.questions = asked_});
    }
}

bool GraphSignals::is_current() const {
    const auto mark = mark_.find({});
    return (mark == nullptr ? Hash32{} : mark->questions) == asked_;
}

void GraphSignals::answer(const graph::Snapshot& of, const signals::Visit& visit) const {
    const graph::Snapshot snapshot = labelled(of);
    const graph::LookThrough graph(snapshot);
    bool concentrations = false;
    for (const signals::Selector& question : questions_) {
        if (question.name == "exposure") {
            say_exposures(graph, question, visit);
        } else if (question.name == "network_metric") {
            say_network(snapshot, visit);
        } else {
            concentrations = true;
        }
    }
    if (concentrations) {
        say_concentrations(graph, visit);
    }
}

graph::Snapshot GraphSignals::labelled(const graph::Snapshot& of) const {
    return graph::labelled(labels_, chain_, of).snapshot;
}

/// Rows that stay as they are cost nothing.
void GraphSignals::replace(std::map<Hash32, GraphSignalRow> rows) {
    for (const Hash32& key : rows_.sorted_keys()) {
        if (!rows.contains(key)) {
            rows_.erase(key);
        }
    }
    for (auto& [key, row] : rows) {
        const auto before = rows_.find(key);
        if (before == nullptr || *before != row) {
            rows_.put(key, std::move(row));
        }
    }
}

void GraphSignals::now(
    const std::function<graph::Snapshot()>& snapshot, const signals::Visit& visit
) const {
    if (is_current()) {
        each(visit);
    } else if (!questions_.empty()) {
        answer(snapshot(), visit);
    }
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
