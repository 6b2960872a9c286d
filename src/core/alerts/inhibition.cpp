// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;

/// Nodes in the order in which a depth-first search of everything is done with them.
std::vector<std::size_t> finishing_order(const Edges& edges) {
    std::vector<std::size_t> out;
    std::vector<std::uint8_t> seen(edges.size());
    std::vector<std::pair<std::size_t, std::size_t>> open;  // a node, and its next edge
    for (std::size_t root = 0; root < edges.size(); ++root) {
        if (seen[root] == 0) {
            seen[root] = 1;
            open.emplace_back(root, 0);
        }
        while (!open.empty()) {
            auto& [node, next] = open.back();
            if (next == edges[node].size()) {
                out.push_back(node);
                open.pop_back();
                continue;
            }
            const std::size_t to = edges[node][next++];
            if (seen[to] == 0) {
                seen[to] = 1;
                open.emplace_back(to, 0);
            }
        }
    }
    return out;
}

Edges reversed(const Edges& edges) {
    Edges out(edges.size());
    for (std::size_t from = 0; from < edges.size(); ++from) {
        for (const std::size_t to : edges[from]) {
            out[to].push_back(from);
        }
    }
    return out;
}

/// Kosaraju's: for each node the number of its strongly connected component.
std::vector<std::size_t> circles_of(const Edges& edges) {
    const Edges back = reversed(edges);
    constexpr std::size_t kNone = SIZE_MAX;
    std::vector<std::size_t> out(edges.size(), kNone);
    std::vector<std::size_t> open;
    std::size_t circle = 0;
    for (const std::size_t root : std::views::reverse(finishing_order(edges))) {
        if (out[root] != kNone) {
            continue;
        }
        out[root] = circle;
        open.push_back(root);
        while (!open.empty()) {
            const std::size_t node = open.back();
            open.pop_back();
            for (const std::size_t to : back[node]) {
                if (out[to] == kNone) {
                    out[to] = circle;
                    open.push_back(to);
                }
            }
        }
        ++circle;
    }
    return out;
}

}  // namespace

std::vector<std::string> Inhibitor::values_of(
    const std::vector<std::string>& names, const Labels& labels
) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        const auto found = labels.find(name);
        out.push_back(found == labels.end() ? std::string() : found->second);
    }
    return out;
}

/// Alerts come first, then the places at which their sources and targets meet.
struct Inhibitor::Network {
    Edges edges;
    std::map<Meeting, std::size_t> meetings;
    std::vector<std::pair<Meeting, std::size_t>> sources;

    void join(std::size_t alert, const Meeting& where, bool source, bool target) {
        const auto [at, fresh] = meetings.try_emplace(where, edges.size());
        if (fresh) {
            edges.emplace_back();
        }
        if (source) {
            edges[alert].push_back(at->second);
            sources.emplace_back(where, alert);
        }
        if (target) {
            edges[at->second].push_back(alert);
        }
    }
};

Inhibitor::Inhibitor(
    const std::vector<Inhibition>& inhibitions, const std::vector<FiringAlert>& firing
)
    : inhibitions_(inhibitions) {
    Network network;
    network.edges.resize(firing.size());
    for (std::size_t i = 0; i < firing.size(); ++i) {
        const Labels& labels = firing[i].labels;
        for (std::size_t rule = 0; rule < inhibitions.size(); ++rule) {
            const Inhibition& inhibition = inhibitions[rule];
            const bool source = all_match(inhibition.source, labels);
            const bool target = all_match(inhibition.target, labels);
            if (source || target) {
                network.join(i, {rule, values_of(inhibition.equal, labels)}, source, target);
            }
        }
    }
    const std::vector<std::size_t> circles = circles_of(network.edges);
    for (std::size_t i = 0; i < firing.size(); ++i) {
        circles_.emplace(firing[i].fingerprint, circles[i]);
    }
    for (const auto& [where, alert] : network.sources) {
        std::vector<Source>& known = sources_[where];
        const bool another =
            known.empty() || (known.size() == 1 && known.front().circle != circles[alert]);
        if (another) {
            known.push_back({.circle = circles[alert], .fingerprint = firing[alert].fingerprint});
        }
    }
}

std::optional<std::string> Inhibitor::source_of(
    const std::string& fingerprint, const Labels& labels
) const {
    const auto own = circles_.find(fingerprint);
    for (std::size_t rule = 0; rule < inhibitions_.size(); ++rule) {
        const Inhibition& inhibition = inhibitions_[rule];
        if (!all_match(inhibition.target, labels)) {
            continue;
        }
        const auto found = sources_.find({rule, values_of(inhibition.equal, labels)});
        if (found == sources_.end()) {
            continue;
        }
        for (const Source& source : found->second) {
            if (own == circles_.end() || source.circle != own->second) {
                return source.fingerprint;
            }
        }
    }
    return std::nullopt;
}

}  // namespace faultline::alerts
