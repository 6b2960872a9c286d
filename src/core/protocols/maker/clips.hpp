// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>

/// Clippers and their price curves: which are followed, and since when.
namespace faultline::maker {

/// The Dog kicks auctions of the ilk at this clipper from here on. What it filed before is known of
/// a market followed from its deployment; otherwise it is read at the next live block.
void name_clip(Transition& at, const Hash32& ilk, const Address& clip);

/// The clipper goes by this curve.
void name_calc(Transition& at, const Address& calc);

/// dust or chop of the ilk changed: what upchost() may have set by now is unknown.
void forget_chost(Transition& at, const Hash32& ilk);

}  // namespace faultline::maker
