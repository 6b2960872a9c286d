// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <faultline/shell/api/view.hpp>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

struct Entry {
    std::string path;
    std::string text;
};

std::vector<Entry> entries(const std::vector<ChainStatus>& chains) {
    std::vector<Entry> out = {
        {.path = "/v1/status", .text = "how far each chain has come, and what is wrong"},
        {.path = "/v1/alerts", .text = "alerts that are not clear"},
        {.path = "/v1/outbox", .text = "alerts that wait for receivers, and those given up"},
        {.path = "/v1/rules", .text = "what each rule says now"},
        {.path = "/v1/graph", .text = "who depends on whom: nodes, edges, amounts"},
        {.path = "/v1/flows", .text = "what moved between protocols and issuers this week"},
        {.path = "/v1/network", .text = "figures of the network of protocols and issuers"},

        {.path = "/v1/exposures/measure?from=protocol&to=issuer",
         .text = "exposures as figures to hold against a limit"},
    };
    std::set<std::string> protocols;
    for (const ChainStatus& chain : chains) {
        for (const MarketStatus& market : chain.markets) {
            protocols.insert(market.protocol);
        }
    }
    for (const std::string& protocol : protocols) {
        out.push_back(
            {.path = "/v1/exposures/protocol/" + protocol, .text = "what the protocol depends on"}
        );
    }
    for (const ChainStatus& chain : chains) {
        for (const MarketStatus& market : chain.markets) {
            const std::string base =
                "/v1/chains/" + chain.name + "/" + market.family + "/" + market.name;
            out.push_back({.path = base, .text = "figures of the market, in its own terms"});
            out.push_back({.path = base + "/accounts", .text = "exact figures of every account"});
            if (market.family == "aave") {
                out.push_back({.path = base + "/reserves", .text = "configuration, indexes, prices"}
                );
            }
            out.push_back({.path = base + "/quarantine", .text = "logs that were left out"});
        }
    }
    out.push_back({.path = "/metrics", .text = "for Prometheus"});
    out.push_back({.path = "/healthz", .text = "200 while the process answers"});
    out.push_back({.path = "/readyz", .text = "200 while every chain is followed, else why not"});
    return out;
}

std::string banner(const ChainStatus& chain) {
    const std::string as_of =
        chain.processed ? ", its figures are those of block " + chain.processed->ref.text() : "";
    return "CHAIN " + chain.name + " IS NOT FOLLOWED ANY MORE" + as_of + ": " + chain.halted;
}

std::string escaped(std::string_view text) {
    static constexpr std::array<std::pair<char, std::string_view>, 5> kEntities = {
        {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}
    };
    std::string out;
    for (const char c : text) {
        std::string_view entity;
        for (const auto& [from, to] : kEntities) {
            entity = from == c ? to : entity;
        }
        out += entity.empty() ? std::string(1, c) : std::string(entity);
    }
    return out;
}

}  // namespace

std::string index_text(std::string_view version, const std::vector<ChainStatus>& chains) {
    std::string out = "Faultline " + std::string(version) + "\n\n";
    for (const ChainStatus& chain : chains) {
        out += chain.halted.empty() ? "" : banner(chain) + "\n\n";
    }
    for (const Entry& entry : entries(chains)) {
        out += entry.path + "\n    " + entry.text + "\n";
    }
    return out;
}

std::string index_html(std::string_view version, const std::vector<ChainStatus>& chains) {
    const std::string title = "Faultline " + escaped(version);
    std::string out = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>" + title +
                      "</title>\n<h1>" + title + "</h1>\n";
    for (const ChainStatus& chain : chains) {
        out += chain.halted.empty() ? "" : "<p><strong>" + escaped(banner(chain)) + "</strong>\n";
    }
    out += "<ul>\n";
    for (const Entry& entry : entries(chains)) {
        const std::string path = escaped(entry.path);
        out += "<li><a href=\"" + path + "\">" + path + "</a>: " + escaped(entry.text) + "\n";
    }
    return out + "</ul>\n</html>\n";
}

}  // namespace faultline::api
