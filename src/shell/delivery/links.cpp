// SPDX-License-Identifier: Apache-2.0
#include "shape.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/links.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

using Labels = std::map<std::string, std::string>;

std::string text_of(const Labels& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

/// The address that a label holds, alone or as the id of a node ("token:0x…"); empty: none, or the
/// zero address, which stands for the chain's own coin.
std::string address_in(std::string_view value) {
    const std::size_t colon = value.find(':');
    const std::string_view text = colon == std::string_view::npos ? value : value.substr(colon + 1);
    const auto address = Address::from_hex(text);
    return address && !address->is_zero() ? address->hex() : std::string();
}

/// As paths of the API name it: both versions of Aave are one family there.
std::string family_of(const std::string& protocol) {
    return protocol.starts_with("aave_") ? "aave" : protocol;
}

/// Figures as they are when somebody looks: the market's, or the account's in it.
std::string page_of(const Labels& labels, std::string_view chain_name) {
    const std::string protocol = text_of(labels, "protocol");
    const std::string market = text_of(labels, "market");
    if (protocol.empty() || market.empty()) {
        return labels.contains("from") && labels.contains("to") ? std::string() : "/v1/status";
    }
    const std::string out = "/v1/chains/" + url_part(chain_name) + "/" +
                            url_part(family_of(protocol)) + "/" + url_part(market);
    const std::string account = address_in(text_of(labels, "account"));
    return account.empty() ? out : out + "/accounts/" + account;
}

/// Of the exposure graph as of the block; empty: the labels name no node of it.
std::string exposures_of(const alerts::Transition& transition, std::string_view chain_name) {
    const Labels& labels = transition.labels;
    const std::string at =
        "chain=" + url_part(chain_name) + "&as_of=" + std::to_string(transition.block.number);
    const std::string from = text_of(labels, "from");
    const std::string to = text_of(labels, "to");
    if (from.contains(':') && to.contains(':')) {
        return "/v1/paths?" + at + "&from=" + url_part(from) + "&to=" + url_part(to);
    }
    if (const std::string token = address_in(text_of(labels, "token")); !token.empty()) {
        return "/v1/exposures/token/" + token + "?" + at;
    }
    constexpr std::string_view kProtocol = "protocol:";
    const std::string node = text_of(labels, "node");
    const std::string protocol =
        node.starts_with(kProtocol) ? node.substr(kProtocol.size()) : text_of(labels, "protocol");
    return protocol.empty() ? std::string()
                            : "/v1/exposures/protocol/" + url_part(protocol) + "?" + at;
}

/// Leaves out what is there already, what is too long, and what would be too many. A label may
/// bear any name.
void add(std::vector<Link>& links, std::string name, std::string url) {
    const bool told = std::ranges::any_of(links, [&](const Link& link) {
        return link.name == name || link.url == url;
    });
    if (!told && links.size() < kMostLinks && url.size() <= kMostUrl) {
        links.push_back({.name = std::move(name), .url = std::move(url)});
    }
}

void add_ours(
    std::vector<Link>& links,
    const alerts::Transition& transition,
    std::string_view chain_name,
    const std::string& base
) {
    if (const std::string page = page_of(transition.labels, chain_name); !page.empty()) {
        add(links, "page", base + page);
    }
    if (const std::string graph = exposures_of(transition, chain_name); !graph.empty()) {
        add(links, "exposures", base + graph);
    }
}

}  // namespace

bool is_plain_link(std::string_view url) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#!$&*+,;=%";
    const bool web = url.starts_with("https://") || url.starts_with("http://");
    return web && url.find_first_not_of(kPlain) == std::string_view::npos;
}

std::vector<Link> links_of(
    const alerts::Transition& transition, std::string_view chain_name, const LinkBases& bases
) {
    std::vector<Link> out;
    if (!bases.external_url.empty()) {
        add_ours(out, transition, chain_name, bases.external_url);
    }
    // Before the labels, of which there may be many.
    if (is_plain_link(transition.runbook)) {
        add(out, "runbook", transition.runbook);
    }
    if (!bases.explorer.empty()) {
        add(out, "block", bases.explorer + "/block/" + std::to_string(transition.block.number));
        for (const auto& [name, value] : transition.labels) {
            if (const std::string address = address_in(value); !address.empty()) {
                add(out, name, bases.explorer + "/address/" + address);
            }
        }
    }
    return out;
}

}  // namespace faultline::delivery
