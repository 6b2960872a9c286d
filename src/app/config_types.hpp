// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/net/url.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// 0x and 40 hex digits. Mixed case must be the EIP-55 checksum; the zero address is refused.
config::Type<Address> address_type();

/// The address with the capital letters of EIP-55.
std::string checksummed(const Address& address);

/// A URL with one of the schemes.
config::Type<net::Url> url_type(std::vector<std::string> schemes);

/// An http or https URL, kept as it is written. What holds an @ is taken without a look, so that no
/// message shows what may be a password: see check_links().
/// With `or_nothing` it may be empty.
config::Type<std::string> link_type(bool or_nothing = false);

/// The same, or "none", which is an empty text.
config::Type<std::optional<std::string>> explorer_type();

/// "host:port" or "[v6]:port"; port 0 lets the system choose.
config::Type<std::string> listen_type();

/// "all", "off", or a number of blocks: engine::KeepBlocks::newest.
config::Type<std::uint64_t> kept_blocks_type();

/// `rule="near-liquidation"`, as alerts::Matcher::parse() takes it.
config::Type<alerts::Matcher> matcher_type();

}  // namespace faultline::app
