// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {

/// The broad sector of a DefiLlama category, as the DeXposure data set draws them, so that figures
/// by sector can be held against it: "Lending" -> "Lending, Borrowing & Real World Assets". A
/// category that it puts nowhere is of the sector "Unknown"; what is no category is of none: "".
std::string_view sector_of(std::string_view category) noexcept;

/// Every category that is known, sorted: what a label may say.
std::vector<std::string> known_categories();

}  // namespace faultline::graph
