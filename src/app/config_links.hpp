// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/config_fields.hpp>
#include <string>

namespace faultline::app {

/// Where people look up a chain's blocks and addresses; empty: not known.
std::string known_explorer(eth::ChainId chain);

/// Without a slash at the end: delivery::LinkBases.
std::string link_base(std::string written);

/// What links begin with is shown to every receiver, and has paths put behind it.
void check_links(config::Reader& reader, const written::Daemon& daemon);

}  // namespace faultline::app
