// SPDX-License-Identifier: Apache-2.0
// Time per fixed-point operation, beside Boost.Multiprecision on the same inputs in the same run.
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <limits>
#include <random>
#include <vector>

namespace faultline {
namespace {

using Boost256 = boost::multiprecision::uint256_t;

constexpr std::size_t kInputs = 1U << 14U;
constexpr int kRuns = 9;

struct Pair {
    U256 a;
    U256 b;
};

double thread_cpu_ns() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (static_cast<double>(now.tv_sec) * 1e9) + static_cast<double>(now.tv_nsec);
}

/// The best of several runs over all inputs, per operation.
template <class Operation>
double ns_per_operation(const Operation& operation) {
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < kRuns; ++run) {
        const double start = thread_cpu_ns();
        for (std::size_t i = 0; i < kInputs; ++i) {
            operation(i);
        }
        best = std::min(best, (thread_cpu_ns() - start) / kInputs);
    }
    return best;
}

U256 random_bits(std::mt19937_64& random, unsigned bits) {
    U256 out;
    for (auto& limb : out.limbs) {
        limb = random();
    }
    for (unsigned i = bits; i < 256; ++i) {
        out.set_bit(i, false);
    }
    return out;
}

std::vector<Pair> make_pairs(unsigned a_bits, unsigned b_bits) {
    std::mt19937_64 random(1);
    std::vector<Pair> pairs(kInputs);
    for (Pair& pair : pairs) {
        pair = {.a = random_bits(random, a_bits), .b = random_bits(random, b_bits)};
        pair.b.limbs[0] |= 1U;
    }
    return pairs;
}

Boost256 to_boost(const U256& value) {
    Boost256 out = 0;
    for (std::size_t i = 4; i-- > 0;) {
        out = (out << 64U) | value.limbs[i];
    }
    return out;
}

/// Times ours and Boost's, and checks that they agree: a fast wrong answer is no figure.
class Comparison {
  public:
    explicit Comparison(const std::vector<Pair>& pairs) : pairs_(pairs) {
        for (const Pair& pair : pairs) {
            boost_a_.push_back(to_boost(pair.a));
            boost_b_.push_back(to_boost(pair.b));
        }
    }

    template <class Ours, class Theirs>
    bool run(const char* name, const Ours& ours, const Theirs& theirs) {
        const double ours_ns =
            ns_per_operation([&](std::size_t i) { results_[i] = *ours(pairs_[i].a, pairs_[i].b); });
        const double boost_ns = ns_per_operation([&](std::size_t i) {
            boost_results_[i] = theirs(boost_a_[i], boost_b_[i]);
        });
        std::printf("  %-22s %8.1f %8.1f %8.1fx\n", name, ours_ns, boost_ns, boost_ns / ours_ns);
        for (std::size_t i = 0; i < kInputs; ++i) {
            if (to_boost(results_[i]) != boost_results_[i]) {
                std::printf("  %s disagrees with Boost on input %zu\n", name, i);
                return false;
            }
        }
        return true;
    }

  private:
    const std::vector<Pair>& pairs_;
    std::vector<Boost256> boost_a_;
    std::vector<Boost256> boost_b_;
    std::vector<U256> results_ = std::vector<U256>(kInputs);
    std::vector<Boost256> boost_results_ = std::vector<Boost256>(kInputs);
};

bool compare(const char* title, const std::vector<Pair>& pairs, bool divisions) {
    const Boost256 ray_boost = to_boost(ray());
    const Boost256 half_ray = ray_boost / 2;
    std::printf("%s\n  %-22s %8s %8s %9s\n", title, "ns/op", "ours", "boost", "ratio");
    Comparison comparison(pairs);
    bool ok = comparison.run(
        "ray_mul_half_up",
        [](const U256& a, const U256& b) { return ray_mul_half_up(a, b); },
        [&](const Boost256& a, const Boost256& b) {
            return Boost256((a * b + half_ray) / ray_boost);
        }
    );
    ok &= comparison.run(
        "ray_mul_floor",
        [](const U256& a, const U256& b) { return ray_mul_floor(a, b); },
        [&](const Boost256& a, const Boost256& b) { return Boost256((a * b) / ray_boost); }
    );
    ok &= comparison.run(
        "ray_mul_ceil",
        [](const U256& a, const U256& b) { return ray_mul_ceil(a, b); },
        [&](const Boost256& a, const Boost256& b) {
            const Boost256 product = a * b;
            return Boost256(product / ray_boost + (product % ray_boost != 0 ? 1 : 0));
        }
    );
    if (!divisions) {
        return ok;
    }
    ok &= comparison.run(
        "ray_div_half_up",
        [](const U256& a, const U256& b) { return ray_div_half_up(a, b); },
        [&](const Boost256& a, const Boost256& b) { return Boost256((a * ray_boost + b / 2) / b); }
    );
    ok &= comparison.run(
        "percent_mul_half_up",
        [](const U256& a, const U256& b) { return percent_mul_half_up(a, b); },
        [&](const Boost256& a, const Boost256& b) { return Boost256((a * b + 5000) / 10000); }
    );
    return ok;
}

}  // namespace
}  // namespace faultline

int main() {
    using faultline::compare;
    using faultline::make_pairs;
    bool ok = compare("balance below 2^108, index below 2^92", make_pairs(108, 92), true);
    ok &= compare("both below 2^128", make_pairs(128, 128), true);
    ok &= compare("general path: 160 by 96 bits", make_pairs(160, 96), false);
    return ok ? 0 : 1;
}
