// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <algorithm>
#include <app/replay_progress.hpp>
#include <chrono>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

namespace faultline::app {
namespace {

constexpr Duration kInterval = std::chrono::seconds(5);

std::uint64_t per_second(std::size_t count, Duration took) {
    const auto us = std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count(), 1
    );
    constexpr std::uint64_t kMicrosPerSecond = 1'000'000;
    return count * kMicrosPerSecond / static_cast<std::uint64_t>(us);
}

}  // namespace

ReplayProgress::ReplayProgress(const runtime::Clock& clock, std::ostream& err)
    : clock_(clock), err_(err), began_(clock.now()), said_(began_) {}

void ReplayProgress::at(const eth::BlockRef& block) {
    ++blocks_;
    const Instant now = clock_.now();
    if (now - said_ >= kInterval) {
        said_ = now;
        err_ << "replaying: " << blocks_ << " blocks, at " << block.number << ", "
             << per_second(blocks_, now - began_) << " blocks/s" << std::endl;
    }
}

std::string ReplayProgress::speed() const {
    const Duration took = clock_.now() - began_;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    std::ostringstream out;
    constexpr int kMillisPerSecond = 1000;
    out << "in " << ms / kMillisPerSecond << '.' << std::setw(3) << std::setfill('0')
        << ms % kMillisPerSecond << " s, " << per_second(blocks_, took) << " blocks/s";
    return out.str();
}

}  // namespace faultline::app
