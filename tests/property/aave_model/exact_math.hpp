// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

/// Aave's arithmetic in integers without bounds, written as the formulas are and not for speed.
namespace faultline::aave_model {

using Int = boost::multiprecision::
    number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

Int ray();
Int max_word();

Int ray_mul(const Int& a, const Int& b);  ///< Half up, as all of WadRayMath and PercentageMath.
Int ray_div(const Int& a, const Int& b);
Int ray_mul_floor(const Int& a, const Int& b);
Int ray_mul_ceil(const Int& a, const Int& b);
Int ray_div_floor(const Int& a, const Int& b);
Int ray_div_ceil(const Int& a, const Int& b);
Int wad_div(const Int& a, const Int& b);
Int percent_mul(const Int& a, const Int& bps);
Int div_ceil(const Int& a, const Int& b);
Int pow10(unsigned exponent);

/// calculateLinearInterest.
Int linear_interest(const Int& rate, std::uint64_t seconds);
/// calculateCompoundedInterest up to 3.3, and of stable debt: the binomial series.
Int binomial_interest(const Int& rate, std::uint64_t seconds);
/// The same of V2: by the second from the start.
Int per_second_interest(const Int& rate, std::uint64_t seconds);
/// The same since 3.4: the Taylor series.
Int taylor_interest(const Int& rate, std::uint64_t seconds);

/// @pre 0 <= value < 2^256
U256 to_word(const Int& value);
Int from_word(const U256& word);

/// Of bitmaps.
bool has_bit(const Int& bits, unsigned at);
void set_bit(Int& bits, unsigned at, bool on);

}  // namespace faultline::aave_model
