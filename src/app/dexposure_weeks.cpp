// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/token_spread.hpp>
#include <faultline/shell/dexposure/reader.hpp>

#include <algorithm>
#include <app/dexposure_weeks.hpp>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace faultline::app {

namespace {

using network::Day;

/// What weeks there were, for the one that is not among them.
struct Seen {
    std::optional<Day> first;
    std::optional<Day> last;
    std::optional<Day> before;  ///< The newest that is not after the one wanted.
    bool found = false;

    void add(Day week, Day wanted) {
        first = first ? std::min(*first, week) : week;
        last = last ? std::max(*last, week) : week;
        if (week <= wanted && (!before || *before < week)) {
            before = week;
        }
        found = found || week == wanted;
    }
};

Error no_such_week(const std::string& file, Day wanted, const Seen& seen) {
    const std::string there_is_none = "there is no week " + wanted.text() + " in " + file;
    if (!seen.first || !seen.last) {
        return Error(Code::kMissing, there_is_none + ", nor any other").advise("Give another file");
    }
    return Error(
               Code::kMissing,
               there_is_none + ", whose weeks are from " + seen.first->text() + " to " +
                   seen.last->text()
    )
        .advise("Give --week " + seen.before.value_or(*seen.first).text());
}

bool has_finite_sum(std::span<const double> values) {
    network::Sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return std::isfinite(2 * sum.value());  // What a node holds and owes adds both.
}

}  // namespace

Result<void> use_weeks(
    const std::string& file, const std::optional<Day>& wanted, const UseWeek& use
) {
    Seen seen;
    auto read = dexposure::read_file(file, [&](network::Snapshot&& week) -> Result<void> {
        const network::Snapshot taken = std::move(week);
        if (wanted) {
            seen.add(taken.date, *wanted);
            if (taken.date != *wanted) {
                return {};
            }
        }
        auto used = use(taken);
        return used ? Result<void>() : Result<void>(std::move(used).error().context(file));
    });
    if (!read) {
        Error error = std::move(read).error();
        return error.code() == Code::kMalformed && error.advice().empty()
                   ? std::move(error).advise(
                         "Fetch or write the file once more; nothing of it was used"
                     )
                   : std::move(error);
    }
    if (wanted && !seen.found) {
        return no_such_week(file, *wanted, seen);
    }
    return {};
}

Result<network::SnapshotGraph> dexposure_graph(const network::Snapshot& week) {
    FAULTLINE_TRY(auto out, network::snapshot_graph(week));
    if (!has_finite_sum(out.sizes) || !has_finite_sum(out.graph.out().weights)) {
        return Error(
                   Code::kInvalid,
                   "snapshot of " + week.date.text() +
                       ": its sizes come to more dollars than a number holds"
        )
            .advise("Look for a size that is none");
    }
    return out;
}

std::string decimals(double value, int count) {
    FAULTLINE_ASSERT(std::isfinite(value));
    // Room for the 309 digits before the point.
    std::array<char, 400> room{};
    const auto [end, error] = std::to_chars(
        room.data(), room.data() + room.size(), value, std::chars_format::fixed, count
    );
    FAULTLINE_ASSERT(error == std::errc{});
    std::string out(room.data(), end);
    constexpr std::size_t kGroup = 3;
    const std::size_t begin = out.starts_with('-') ? 1 : 0;
    for (std::size_t at = std::min(out.find('.'), out.size()); at > begin + kGroup;) {
        at -= kGroup;
        out.insert(at, 1, ',');
    }
    return out;
}

std::string dollars(double value) {
    return decimals(value, 2) + " usd";
}

std::string percent(double share) {
    constexpr double kHundred = 100;
    return decimals(share * kHundred, 2) + " %";
}

void write_figure(JsonWriter& json, std::string_view name, std::optional<double> value) {
    json.key(name);
    if (value) {
        json.real(*value);
    } else {
        json.null();
    }
}

void write_tokens(JsonWriter& json, const network::TokenSpread& tokens) {
    json.field("tokens", tokens.tokens);
    write_figure(json, "token_hhi", tokens.hhi);
    json.key("top_token");
    if (tokens.top) {
        json.string(*tokens.top);
    } else {
        json.null();
    }
    write_figure(json, "top_token_share", tokens.top_share);
}

std::string shown_id(const network::SnapshotId& id) {
    if (!id) {
        return "(null)";
    }
    std::string out = *id;
    constexpr unsigned char kDelete = 0x7f;
    std::ranges::replace_if(
        out,
        [](char one) {
            const auto byte = static_cast<unsigned char>(one);
            return byte < ' ' || byte == kDelete;
        },
        '?'
    );
    return out;
}

}  // namespace faultline::app
