// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {
namespace {

using Arguments = std::vector<U256>;
using Outcome = std::optional<U256>;

constexpr std::uint64_t kCometIndexScale = 1'000'000'000'000'000;

/// Maker's x^n in rays by squaring: one rounding per product, as `rpow` of jug.sol has it.
Outcome maker_power(U256 base, std::uint64_t exponent) {
    U256 out = ray();
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 == 1) {
            const auto product = ray_mul_half_up(out, base);
            if (!product) {
                return std::nullopt;
            }
            out = *product;
        }
        // The last square is not made: the contract's loop ends before it and cannot revert there.
        if (exponent > 1) {
            const auto square = ray_mul_half_up(base, base);
            if (!square) {
                return std::nullopt;
            }
            base = *square;
        }
    }
    return out;
}

Outcome maker_drip(const Arguments& a) {
    const auto rate = checked_add(a[0], a[1]);
    const auto power = rate ? maker_power(*rate, a[2].low_u64()) : std::nullopt;
    return power ? ray_mul_floor(*power, a[3]) : std::nullopt;
}

using Formula = Outcome (*)(const Arguments&);

/// Each function of the vectors that base arithmetic expresses. Interest is the business of the
/// protocol modules and tested there from the same file.
const std::map<std::string_view, Formula> kFormulas{
    {"rayMul",
     [](const Arguments& a) {
         return ray_mul_half_up(a[0], a[1]);
     }},
    {"rayMulFloor",
     [](const Arguments& a) {
         return ray_mul_floor(a[0], a[1]);
     }},
    {"rayMulCeil",
     [](const Arguments& a) {
         return ray_mul_ceil(a[0], a[1]);
     }},
    {"rayDiv",
     [](const Arguments& a) {
         return ray_div_half_up(a[0], a[1]);
     }},
    {"rayDivFloor",
     [](const Arguments& a) {
         return ray_div_floor(a[0], a[1]);
     }},
    {"rayDivCeil",
     [](const Arguments& a) {
         return ray_div_ceil(a[0], a[1]);
     }},
    {"wadDiv",
     [](const Arguments& a) {
         return wad_div_half_up(a[0], a[1]);
     }},
    {"percentMul",
     [](const Arguments& a) {
         return percent_mul_half_up(a[0], a[1]);
     }},
    {"percentMulFloor",
     [](const Arguments& a) {
         return percent_mul_floor(a[0], a[1]);
     }},
    {"percentMulCeil",
     [](const Arguments& a) {
         return percent_mul_ceil(a[0], a[1]);
     }},
    {"percentDiv",
     [](const Arguments& a) {
         return percent_div_half_up(a[0], a[1]);
     }},
    {"percentDivFloor",
     [](const Arguments& a) {
         return percent_div_floor(a[0], a[1]);
     }},
    {"percentDivCeil",
     [](const Arguments& a) {
         return percent_div_ceil(a[0], a[1]);
     }},
    {"mulDivCeil",
     [](const Arguments& a) {
         return mul_div_ceil(a[0], a[1], a[2]);
     }},
    {"presentValueSupply",
     [](const Arguments& a) {
         return mul_div_floor(a[0], a[1], kCometIndexScale);
     }},
    {"presentValueBorrow",
     [](const Arguments& a) {
         return mul_div_floor(a[0], a[1], kCometIndexScale);
     }},
    {"principalValueSupply",
     [](const Arguments& a) {
         return mul_div_floor(a[1], kCometIndexScale, a[0]);
     }},
    {"principalValueBorrow",
     [](const Arguments& a) {
         return mul_div_ceil(a[1], kCometIndexScale, a[0]);
     }},
    {"rpow(x,n,RAY)",
     [](const Arguments& a) {
         return maker_power(a[0], a[1].low_u64());
     }},
    {"jugDripNewRate(base,duty,dt,prevRate)", maker_drip},
};

}  // namespace

TEST_CASE("arithmetic equals what the contracts answered when they were executed") {
    simdjson::dom::parser parser;
    const auto vectors = parser.load(
        std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/protocols/vectors.json"
    )["vectors"];
    std::size_t checked = 0;
    std::size_t interest = 0;
    for (const simdjson::dom::element vector : vectors.get_array()) {
        const std::string_view function = vector["fn"].get_string();
        const auto formula = kFormulas.find(function);
        if (formula == kFormulas.end()) {
            CHECK_THAT(std::string(function), Catch::Contains("Interest("));
            ++interest;
            continue;
        }
        Arguments arguments;
        for (const simdjson::dom::element argument : vector["args"].get_array()) {
            arguments.push_back(*U256::from_decimal(argument.get_string().value()));
        }
        const Outcome got = formula->second(arguments);
        INFO(simdjson::minify(vector));
        CHECK(
            (got ? got->to_string() : "REVERT") ==
            std::string(vector["result"].get_string().value())
        );
        ++checked;
    }
    CHECK(checked == 246);
    CHECK(interest == 280);
}

}  // namespace faultline
