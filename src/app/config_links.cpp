// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/delivery/links.hpp>

#include <algorithm>
#include <app/config_fields.hpp>
#include <app/config_links.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::app {
namespace {

using config::Reader;

struct Explorer {
    eth::ChainId chain = 0;
    const char* url = nullptr;
};

constexpr std::array kExplorers{
    Explorer{.chain = 1, .url = "https://etherscan.io"},
    Explorer{.chain = 10, .url = "https://optimistic.etherscan.io"},
    Explorer{.chain = 56, .url = "https://bscscan.com"},
    Explorer{.chain = 100, .url = "https://gnosisscan.io"},
    Explorer{.chain = 137, .url = "https://polygonscan.com"},
    Explorer{.chain = 8453, .url = "https://basescan.org"},
    Explorer{.chain = 42161, .url = "https://arbiscan.io"},
    Explorer{.chain = 43114, .url = "https://snowtrace.io"},
};

/// Leaves room for what comes behind it: delivery::kMostUrl.
constexpr std::size_t kMostBase = 300;

bool shows_user_info(std::string_view link) {
    constexpr std::string_view kSlashes = "://";
    const std::size_t scheme = link.find(kSlashes);
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + kSlashes.size();
    return link.substr(begin, link.find_first_of("/?#", begin) - begin).contains('@');
}

void check_base(Reader& reader, const std::string& field, const std::string& link) {
    if (link.empty() || !reader.sound(field)) {
        return;
    }
    if (shows_user_info(link)) {
        reader.error(
            field,
            "holds a user or password before the @, which every receiver of an alert would see; "
            "leave them out"
        );
    } else if (!delivery::is_plain_link(link) || link.find_first_of("?#") != std::string::npos) {
        reader.error(
            field,
            "has more than a path behind its host, or a character that has no place in a link; "
            "write it as https://host/path"
        );
    } else if (link.size() > kMostBase) {
        reader.error(
            field, "has more than " + std::to_string(kMostBase) + " characters; give a shorter one"
        );
    }
}

}  // namespace

std::string known_explorer(eth::ChainId chain) {
    const auto found = std::ranges::find(kExplorers, chain, &Explorer::chain);
    return found == kExplorers.end() ? std::string() : found->url;
}

std::string link_base(std::string written) {
    while (written.ends_with('/')) {
        written.pop_back();
    }
    return written;
}

void check_links(Reader& reader, const written::Daemon& daemon) {
    check_base(reader, "external_url", daemon.external_url);
    for (std::size_t i = 0; i < daemon.chains.size(); ++i) {
        const std::string field = "chains[" + std::to_string(i) + "].explorer";
        check_base(reader, field, daemon.chains[i].explorer.value_or(""));
    }
    for (std::size_t i = 0; i < daemon.receivers.size(); ++i) {
        const std::string field = "receivers[" + std::to_string(i) + "].external_url";
        if (shows_user_info(daemon.receivers[i].external_url) && reader.sound(field)) {
            reader.error(
                field,
                "holds a user or password before the @, which whoever sees an alert would see; "
                "leave them out"
            );
        }
    }
}

}  // namespace faultline::app
