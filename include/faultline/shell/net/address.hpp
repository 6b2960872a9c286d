// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace faultline::net {

/// Why an address is not one that anybody on the internet reaches ("loopback", "private",
/// "link-local", ...), or nullopt when it is. 4 or 16 bytes, as in a packet. IPv4 addresses within
/// IPv6 ones (mapped, NAT64, 6to4) are looked at, too.
std::optional<std::string_view> non_public(std::span<const std::uint8_t> address);

/// The same of a URL's host, as far as its text says it: an address, or localhost. What other names
/// resolve to is known when they are dialled.
std::optional<std::string_view> non_public_host(std::string_view host);

}  // namespace faultline::net
