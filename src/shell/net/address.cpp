// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/address.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace faultline::net {

namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

template <class Bytes>
struct Range {
    Bytes first;
    unsigned bits;
    std::string_view name;
};

// IANA's registries of special-purpose addresses.
constexpr std::array<Range<Bytes4>, 15> kRanges4{{
    {{0}, 8, "this network"},
    {{10}, 8, "private"},
    {{100, 64}, 10, "a provider's private"},
    {{127}, 8, "loopback"},
    {{169, 254}, 16, "link-local"},  // Metadata of clouds, too.
    {{172, 16}, 12, "private"},
    {{192, 0, 0}, 24, "reserved"},
    {{192, 0, 2}, 24, "reserved"},
    {{192, 88, 99}, 24, "reserved"},
    {{192, 168}, 16, "private"},
    {{198, 18}, 15, "reserved"},
    {{198, 51, 100}, 24, "reserved"},
    {{203, 0, 113}, 24, "reserved"},
    {{224}, 4, "multicast"},
    {{240}, 4, "reserved"},
}};

constexpr Bytes16 v6(std::initializer_list<std::uint8_t> begin) {
    Bytes16 out{};
    std::ranges::copy(begin, out.begin());
    return out;
}

constexpr std::array<Range<Bytes16>, 10> kRanges6{{
    {Bytes16{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {v6({}), 96, "reserved"},  // Unspecified, and IPv4 as it was once written.
    {v6({0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}), 48, "private"},
    {v6({0x01}), 64, "reserved"},
    {v6({0x20, 0x01, 0x00}), 23, "reserved"},  // Teredo is within.
    {v6({0x20, 0x01, 0x0d, 0xb8}), 32, "reserved"},
    {v6({0xfc}), 7, "private"},
    {v6({0xfe, 0x80}), 10, "link-local"},
    {v6({0xfe, 0xc0}), 10, "private"},
    {v6({0xff}), 8, "multicast"},
}};

/// Prefixes behind which an IPv4 address stands, and where it begins.
struct Within {
    Bytes16 first;
    unsigned bits;
    std::size_t at;
};

constexpr std::array<Within, 3> kWithin{{
    {v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}), 96, 12},
    {v6({0x00, 0x64, 0xff, 0x9b}), 96, 12},
    {v6({0x20, 0x02}), 16, 2},
}};

bool begins_with(
    std::span<const std::uint8_t> address, std::span<const std::uint8_t> first, unsigned bits
) {
    constexpr unsigned kByte = 8;
    const std::size_t whole = bits / kByte;
    if (!std::ranges::equal(address.first(whole), first.first(whole))) {
        return false;
    }
    const unsigned rest = bits % kByte;
    return rest == 0 || (address[whole] >> (kByte - rest)) == (first[whole] >> (kByte - rest));
}

template <class Ranges>
std::optional<std::string_view> name_of(
    const Ranges& ranges, std::span<const std::uint8_t> address
) {
    const auto found = std::ranges::find_if(ranges, [address](const auto& range) {
        return begins_with(address, range.first, range.bits);
    });
    return found == ranges.end() ? std::nullopt : std::optional(found->name);
}

}  // namespace

std::optional<std::string_view> non_public(std::span<const std::uint8_t> address) {
    if (address.size() == Bytes4().size()) {
        return name_of(kRanges4, address);
    }
    if (address.size() != Bytes16().size()) {
        return "unknown";
    }
    for (const Within& within : kWithin) {
        if (begins_with(address, within.first, within.bits)) {
            return non_public(address.subspan(within.at, Bytes4().size()));
        }
    }
    return name_of(kRanges6, address);
}

std::optional<std::string_view> non_public_host(std::string_view host) {
    constexpr std::string_view kLocal = "localhost";
    const std::string text(host);
    if (host == kLocal || host.ends_with(".localhost")) {
        return "loopback";
    }
    Bytes4 four{};
    if (::inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
        return non_public(four);
    }
    Bytes16 sixteen{};
    if (::inet_pton(AF_INET6, text.c_str(), sixteen.data()) == 1) {
        return non_public(sixteen);
    }
    return std::nullopt;
}

}  // namespace faultline::net
