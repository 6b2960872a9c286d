// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::api {

/// The path and query of a request, decoded.
struct Target {
    std::vector<std::string> path;             ///< Segments; empty for "/".
    std::map<std::string, std::string> query;  ///< Each name once.
};

/// kInvalid for bad percent-encoding, control characters, segments of dots, a name given twice.
Result<Target> parse_target(std::string_view text);

/// Whether a path is of that pattern, in which "*" stands for one segment.
bool matches(std::string_view pattern, const std::vector<std::string>& path);

/// A text a client sent, in quotes and cut, so that it cannot fill an answer.
std::string quoted(std::string_view text);

}  // namespace faultline::api
