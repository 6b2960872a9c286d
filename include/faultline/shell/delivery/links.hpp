// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/transition.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::delivery {

/// Where links of a chain's alerts begin: http or https, without user info, query, or a slash at
/// the end. Empty: there are no such links.
struct LinkBases {
    std::string external_url;  ///< The API of this daemon as people reach it.
    std::string explorer;      ///< "https://etherscan.io"
};

struct Link {
    std::string name;  ///< "page", "exposures", "block", a label's name, "runbook".
    std::string url;   ///< Of characters that no markup gives a meaning.
    bool operator==(const Link&) const = default;
};

/// What there is to see of a transition, the most useful first: our own figures (`page`, as they
/// are when somebody looks), the exposure graph at its block (`exposures`), then the explorer's
/// pages of its block and of each address that its labels hold, and its runbook where that is a
/// plain http or https URL. No more than kMostLinks, each of at most kMostUrl bytes.
std::vector<Link> links_of(
    const alerts::Transition& transition, std::string_view chain_name, const LinkBases& bases
);

inline constexpr std::size_t kMostLinks = 10;
inline constexpr std::size_t kMostUrl = 1000;

/// Whether it is an http or https URL without user info, of characters that no markup gives a
/// meaning.
bool is_plain_link(std::string_view url);

}  // namespace faultline::delivery
