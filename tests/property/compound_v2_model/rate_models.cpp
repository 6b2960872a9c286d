// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v2_model/contract_events.hpp"
#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

namespace faultline::compound_v2_model {
namespace {

using tests::fitting;
using tests::require;
using tests::ten_to;

const Int& scale() {
    static const Int one = ten_to(18);
    return one;
}

Int utilization(const Int& cash, const Int& borrows, const Int& reserves) {
    if (borrows == 0) {
        return 0;
    }
    const Int whole = fitting(fitting(cash + borrows) - reserves);
    require(whole != 0);
    return fitting(borrows * scale()) / whole;
}

/// mulExp of CarefulMath: half up.
Int mul_half_up(const Int& a, const Int& b) {
    return (a * b + scale() / 2) / scale();
}

}  // namespace

void Contracts::make_model(const Address& at, const RateModel& model, bool logs) {
    models_[at] = model;
    if (logs) {
        update_model(at, model);
    }
}

void Contracts::update_model(const Address& at, const RateModel& model) {
    models_[at] = model;
    switch (model.kind) {
        case RateKind::kLine:
            book.emit<events::LineParams>(at, model.base, model.multiplier);
            break;
        case RateKind::kJump:
            book.emit<events::JumpParams>(
                at, model.base, model.multiplier, model.jump_multiplier, model.kink
            );
            break;
        case RateKind::kJumpFactor:
            book.emit<events::JumpParams>(
                at, model.base, model.multiplier, model.kink, model.jump_multiplier
            );
            break;
    }
}

Int Contracts::borrow_rate(
    const RateModel& model, const Int& cash, const Int& borrows, const Int& reserves
) const {
    const Int used = utilization(cash, borrows, reserves);
    if (model.kind == RateKind::kLine || used <= model.kink) {
        return fitting(used * model.multiplier) / scale() + model.base;
    }
    const Int normal = fitting(model.kink * model.multiplier) / scale() + model.base;
    const Int slope = model.kind == RateKind::kJump
                          ? model.jump_multiplier
                          : fitting(model.multiplier * model.jump_multiplier);
    return fitting((used - model.kink) * slope) / scale() + normal;
}

Int Contracts::borrow_rate(const CToken& token) const {
    return borrow_rate(
        models_.at(token.model), token.cash, token.total_borrows, token.total_reserves
    );
}

Int Contracts::supply_rate(const CToken& token) const {
    const Int rate = borrow_rate(token);
    const Int kept = fitting(scale() - token.reserve_factor);
    if (token.generation == Generation::kFirst) {
        require(token.total_supply != 0);
        const Int underlying = exchange_rate(token) * token.total_supply;
        require(underlying != 0);
        const Int per = token.total_borrows * scale() * scale() / underlying;
        return mul_half_up(mul_half_up(rate, kept), per);
    }
    const Int to_pool = fitting(rate * kept) / scale();
    const Int used = utilization(token.cash, token.total_borrows, token.total_reserves);
    return fitting(used * to_pool) / scale();
}

}  // namespace faultline::compound_v2_model
