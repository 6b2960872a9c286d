// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/rules/mute_window.hpp>
#include <faultline/core/rules/terms.hpp>

#include <algorithm>

namespace faultline::rules {

WithoutFigure Terms::without(FigureStatus status) const noexcept {
    switch (status) {
        case FigureStatus::kValue:
            return WithoutFigure::kHold;
        case FigureStatus::kNoData:
            return on_no_data;
        case FigureStatus::kStale:
            return on_stale;
        case FigureStatus::kError:
            return on_error;
    }
    return WithoutFigure::kHold;
}

Patience Terms::patience_at(UnixSeconds block) const {
    Patience out = patience;
    out.muted =
        std::ranges::any_of(mutes, [block](const MuteWindow& mute) { return mute.covers(block); });
    return out;
}

}  // namespace faultline::rules
