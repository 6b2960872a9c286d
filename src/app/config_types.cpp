// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <app/config_types.hpp>
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr std::string_view kKeepAll = "all";
constexpr std::string_view kKeepNone = "off";
constexpr std::string_view kNoLink = "none";

using config::wrong;

bool is_lower_hex(char c) {
    return (c >= 'a' && c <= 'f');
}

bool is_upper_hex(char c) {
    return (c >= 'A' && c <= 'F');
}

Result<Address> parse_address(std::string_view text) {
    const auto address = Address::from_hex(text);
    if (!address) {
        return wrong();
    }
    if (address->is_zero()) {
        return wrong("the zero address");
    }
    const std::string_view digits = text.substr(2);
    const bool mixed =
        std::ranges::any_of(digits, is_lower_hex) && std::ranges::any_of(digits, is_upper_hex);
    if (mixed && text != checksummed(*address)) {
        return wrong(
            "its capital letters do not match the EIP-55 checksum, so a digit may be mistyped; if "
            "it is right write " +
            checksummed(*address)
        );
    }
    return *address;
}

Result<std::string> parse_link(std::string_view text) {
    const bool web = text.starts_with("http://") || text.starts_with("https://");
    if (web && text.contains('@')) {
        return std::string(text);
    }
    const auto url = net::Url::parse(text);
    if (!url || url->websocket()) {
        return wrong();
    }
    return std::string(text);
}

Result<std::string> parse_listen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return wrong("no port");
    }
    const auto port = config::parse_integer(text.substr(colon + 1));
    if (!port || *port > UINT16_MAX) {
        return wrong("the port must be 0 to 65535");
    }
    std::string_view host = text.substr(0, colon);
    const bool v6 = host.starts_with('[') && host.ends_with(']');
    if (v6) {
        host = host.substr(1, host.size() - 2);
    }
    std::array<std::uint8_t, sizeof(in6_addr)> address{};
    const bool valid =
        host == "localhost" ||
        ::inet_pton(v6 ? AF_INET6 : AF_INET, std::string(host).c_str(), address.data()) == 1;
    if (!valid) {
        return wrong(
            !v6 && host.find(':') != std::string_view::npos
                ? "write an IPv6 address in brackets"
                : "no IP address of this machine, nor localhost, before the port"
        );
    }
    return std::string(text);
}

Result<std::uint64_t> parse_kept_blocks(std::string_view text) {
    if (text == kKeepAll) {
        return engine::KeepBlocks::kAll;
    }
    if (text == kKeepNone) {
        return 0;
    }
    auto blocks = config::parse_integer(text);
    constexpr std::uint64_t kMost = 1'000'000'000;
    if (blocks && (*blocks == 0 || *blocks > kMost)) {
        return wrong();
    }
    return blocks;
}

}  // namespace

config::Type<std::uint64_t> kept_blocks_type() {
    return config::scalar<std::uint64_t>(
        "all, off, or integer 1..1000000000",
        parse_kept_blocks,
        [](const std::uint64_t& blocks) {
            if (blocks == engine::KeepBlocks::kAll) {
                return std::string(kKeepAll);
            }
            return blocks == 0 ? std::string(kKeepNone) : std::to_string(blocks);
        }
    );
}

std::string checksummed(const Address& address) {
    std::string text = address.hex();
    const Hash32 digest = eth::keccak256(std::string_view(text).substr(2));
    for (std::size_t i = 0; i < 2 * Address::kSize; ++i) {
        const std::uint8_t byte = digest.bytes[i / 2];
        const unsigned nibble = i % 2 == 0 ? byte >> 4U : byte & 0x0FU;
        char& c = text[i + 2];
        if (nibble >= 8 && is_lower_hex(c)) {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return text;
}

config::Type<Address> address_type() {
    return config::scalar<Address>("address (0x and 40 hex digits)", parse_address, checksummed);
}

config::Type<net::Url> url_type(std::vector<std::string> schemes) {
    std::string name = "URL (";
    for (const std::string& scheme : schemes) {
        name += (scheme == schemes.front() ? "" : ", ") + scheme + "://";
    }
    name += ")";
    auto parse = [schemes = std::move(schemes)](std::string_view text) -> Result<net::Url> {
        auto url = net::Url::parse(text);
        if (url && std::ranges::find(schemes, url->scheme) == schemes.end()) {
            return wrong("the scheme is " + url->scheme);
        }
        return url;
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns the lambda.
    return config::scalar<net::Url>(name, std::move(parse), [](const net::Url& url) {
        return url.host.empty() ? std::string() : url.redacted();
    });
}

config::Type<std::string> link_type(bool or_nothing) {
    auto parse = [or_nothing](std::string_view text) -> Result<std::string> {
        return or_nothing && text.empty() ? std::string() : parse_link(text);
    };
    const std::string name = "URL (http://, https://)";
    return config::scalar<std::string>(
        or_nothing ? name + " or nothing" : name,
        std::move(parse),
        [](const std::string& text) { return text; }
    );
}

config::Type<std::optional<std::string>> explorer_type() {
    using Link = std::optional<std::string>;
    const auto parse = [](std::string_view text) -> Result<Link> {
        if (text == kNoLink) {
            return Link(std::string());
        }
        FAULTLINE_TRY(auto link, parse_link(text));
        return Link(std::move(link));
    };
    return config::scalar<Link>("URL (http://, https://) or none", parse, [](const Link& link) {
        return link.value_or("");
    });
}

config::Type<std::string> listen_type() {
    return config::scalar<std::string>("host:port", parse_listen, [](const std::string& text) {
        return text;
    });
}

}  // namespace faultline::app
