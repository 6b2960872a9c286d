// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace faultline::dexposure {

/// Takes one complete week; an error ends the reading and is passed on.
using TakeWeek = std::function<Result<void>(network::Snapshot&&)>;

/// How much of a file is in memory at a time, besides one week.
constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;

/// Reads the weekly snapshots that DeXposure publishes (src/shell/dexposure/README.md) and hands
/// each over as soon as it is complete, in the order of the file. Returns how many there were.
/// Strict: unknown, missing or repeated members, strings that are no UTF-8, numbers that are none
/// (NaN), sizes below 0, a node that is there twice in a week, a link to a node that is not, and
/// weeks that do not ascend are errors (kMalformed) that say `name`:line:column, columns counted in
/// bytes from 1. A link may have null ends, as published ones do.
/// kUnavailable when the stream cannot be read.
Result<std::uint64_t> read_weeks(
    std::istream& in,
    std::string_view name,
    const TakeWeek& take,
    std::size_t chunk_bytes = kChunkBytes
);

/// read_weeks() of a file, which may be a pipe, each week as it comes: for whoever shows nothing
/// before it was read to the end. kMissing when there is no such file.
Result<std::uint64_t> read_file(const std::filesystem::path& path, const TakeWeek& take);

/// read_weeks() of a file, all or nothing: reads it once to the end before it hands over the first
/// week. kMissing when there is no such file.
Result<std::uint64_t> import_file(const std::filesystem::path& path, const TakeWeek& take);

}  // namespace faultline::dexposure
