// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/rates.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>

namespace faultline::maker {
namespace {

/// LinearDecrease: top * ((tau - dur)*RAY/tau) / RAY, both down.
std::optional<U256> linear(const U256& tau, const U256& top, const U256& seconds) {
    if (seconds >= tau) {
        return U256();
    }
    const auto left = rdiv(wrapping_sub(tau, seconds), tau);
    return left ? ray_mul_floor(top, *left) : std::nullopt;
}

}  // namespace

std::optional<U256> rpow(U256 x_ray, const U256& n) {
    if (x_ray.is_zero()) {
        return n.is_zero() ? ray() : U256();
    }
    U256 z = n.bit(0) ? x_ray : ray();
    const unsigned bits = n.bit_width();
    for (unsigned i = 1; i < bits; ++i) {
        const auto square = ray_mul_half_up(x_ray, x_ray);
        if (!square) {
            return std::nullopt;
        }
        x_ray = *square;
        if (n.bit(i)) {
            const auto product = ray_mul_half_up(z, x_ray);
            if (!product) {
                return std::nullopt;
            }
            z = *product;
        }
    }
    return z;
}

std::optional<U256> grown(
    const U256& index_ray, const U256& rate_ray, UnixSeconds then, UnixSeconds now
) {
    if (now < then) {
        return std::nullopt;
    }
    const auto factor = rpow(rate_ray, U256(now.value - then.value));
    return factor ? ray_mul_floor(*factor, index_ray) : std::nullopt;
}

std::optional<U256> rdiv(const U256& a, const U256& b) {
    const auto product = checked_mul(a, ray());
    if (!product || b.is_zero()) {
        return std::nullopt;
    }
    return div_mod(*product, b).quotient;
}

bool knows_curve(const CalcRow& calc) {
    return calc.tau_s.has_value() || calc.cut_ray.has_value();
}

std::optional<U256> price_after(const CalcRow& calc, const U256& top_ray, const U256& seconds) {
    if (calc.tau_s) {
        return linear(*calc.tau_s, top_ray, seconds);
    }
    if (!calc.cut_ray || (calc.step_s && calc.step_s->is_zero())) {
        return std::nullopt;
    }
    // StairstepExponentialDecrease, or ExponentialDecrease.
    const U256 steps = calc.step_s ? div_mod(seconds, *calc.step_s).quotient : seconds;
    const auto factor = rpow(*calc.cut_ray, steps);
    return factor ? ray_mul_floor(top_ray, *factor) : std::nullopt;
}

std::optional<U256> chost_now(const IlkRow& ilk) {
    const auto product = checked_mul(ilk.dust_rad, ilk.chop_wad);
    if (!product) {
        return std::nullopt;
    }
    return div_mod(*product, wad()).quotient;
}

std::optional<AuctionStatus> auction_status(
    const ClipRow& clip, const CalcRow& calc, const SaleRow& sale, UnixSeconds now
) {
    if (now < sale.tic) {
        return std::nullopt;
    }
    const U256 age(now.value - sale.tic.value);
    const auto price = price_after(calc, sale.top_ray, age);
    if (!price) {
        return std::nullopt;
    }
    AuctionStatus out{.done = age > clip.tail_s, .price_ray = *price};
    if (!out.done) {
        const auto share = rdiv(*price, sale.top_ray);
        if (!share) {
            return std::nullopt;
        }
        out.done = *share < clip.cusp_ray;
    }
    return out;
}

}  // namespace faultline::maker
