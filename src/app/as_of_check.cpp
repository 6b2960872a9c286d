// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/engine/graph_history.hpp>

#include <app/as_of_check.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace faultline::app {

Result<void> has_come(const engine::AsOf& as_of, const graph::GraphRow& newest, UnixMillis now) {
    constexpr std::uint64_t kMillis = 1000;
    std::string what;
    if (const auto* number = std::get_if<eth::BlockNum>(&as_of)) {
        if (*number <= newest.block.number) {
            return {};
        }
        what = "there is no exposure graph of block " + std::to_string(*number) + " yet";
    } else {
        const UnixSeconds moment = std::get<UnixSeconds>(as_of);
        const bool is_past =
            now.value >= 0 && moment.value <= static_cast<std::uint64_t>(now.value) / kMillis;
        if (is_past || moment <= newest.timestamp) {
            return {};
        }
        what = "there is no exposure graph of a time that is yet to come";
    }
    return Error(Code::kMissing, std::move(what))
        .advise(
            "The newest is of block " + newest.block.text() +
            ": ask for one up to it, or leave the "
            "block out for the newest"
        );
}

}  // namespace faultline::app
