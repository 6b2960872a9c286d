// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/rpc/client.hpp>

#include <string>

namespace faultline::rpc {

/// The text without the parts of the endpoint's URLs that may be a key, whole or in pieces.
/// Providers like to repeat the key of the caller in their error messages.
std::string scrub(std::string text, const EndpointOptions& endpoint);

}  // namespace faultline::rpc
