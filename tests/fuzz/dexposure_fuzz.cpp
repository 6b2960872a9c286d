// SPDX-License-Identifier: Apache-2.0
// A snapshot file from anywhere: nothing may crash or hang, what is wrong has a place, what is read
// does not depend on how it comes, is a graph, and reads back equal once it was written.
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/dexposure/reader.hpp>
#include <faultline/shell/dexposure/writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::dexposure {
namespace {

constexpr std::size_t kMuch = 4096;

Result<std::vector<network::Snapshot>> read(const std::string& text, std::size_t chunk) {
    std::istringstream in(text);
    std::vector<network::Snapshot> weeks;
    auto count = read_weeks(
        in,
        "in",
        [&weeks](network::Snapshot&& week) {
            weeks.push_back(std::move(week));
            return Result<void>();
        },
        chunk
    );
    if (!count) {
        return std::move(count).error();
    }
    return weeks;
}

std::string written(const std::vector<network::Snapshot>& weeks) {
    std::ostringstream out;
    SnapshotWriter writer(out);
    for (const network::Snapshot& week : weeks) {
        FAULTLINE_ASSERT(writer.add(week).has_value());
    }
    FAULTLINE_ASSERT(writer.finish().has_value());
    return std::move(out).str();
}

void check_graph(const network::Snapshot& week) {
    const auto made = network::snapshot_graph(week);
    // Links of one pair may add up to more than a number holds; all else was looked at.
    FAULTLINE_ASSERT(made || made.error().message().contains("infinity"));
    FAULTLINE_ASSERT(!made || made->sizes.size() == week.nodes.size());
}

void check(const std::string& text) {
    const auto whole = read(text, kMuch);
    const auto by_bytes = read(text, 1);
    FAULTLINE_ASSERT(whole.has_value() == by_bytes.has_value());
    if (!whole) {
        static const std::regex kPlace("^in:[1-9][0-9]*:[1-9][0-9]*: [^]+");
        FAULTLINE_ASSERT(whole.error().message() == by_bytes.error().message());
        FAULTLINE_ASSERT(std::regex_search(whole.error().message(), kPlace));
        return;
    }
    FAULTLINE_ASSERT(*whole == *by_bytes);
    std::ranges::for_each(*whole, check_graph);
    const auto again = read(written(*whole), kMuch);
    FAULTLINE_ASSERT(again.has_value() && *again == *whole);
}

}  // namespace
}  // namespace faultline::dexposure

/// Input: a file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    faultline::dexposure::check({bytes, bytes + size});
    return 0;
}
