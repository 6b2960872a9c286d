// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/ingest/bench_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::bench {

/// Prices of a chain's assets from block to block, in 1e-8 of the base currency: the last asset
/// swings by a tenth at every other block, for a rule that is to change its mind at each. The
/// others swing with it, or walk by `sigma_bp` hundredths of a percent a block, driven by one
/// market with a weight of 0.84 and by each one's own.
class PricePath {
  public:
    /// @param sigma_bp 0: all swing
    PricePath(std::vector<Address> assets, unsigned sigma_bp)
        : assets_(std::move(assets)), sigma_(sigma_bp * 1e-4), walks_(sigma_bp > 0) {
        for (const Address& asset : assets_) {
            price_[asset] = kDollar;
        }
    }

    /// Each block once, in order.
    void go_to(eth::BlockNum number) {
        const double swung = number % 2 == 0 ? kDollar : 1.1 * kDollar;
        const double market = normal(number, 0);
        for (std::size_t i = 0; i < assets_.size(); ++i) {
            double& price = price_[assets_[i]];
            if (!walks_ || i + 1 == assets_.size()) {
                price = swung;
                continue;
            }
            const double own = std::sqrt(1 - (kMarket * kMarket)) * normal(number, i + 1);
            price *= std::exp(sigma_ * ((kMarket * market) + own));
        }
    }

    std::uint64_t operator()(const Address& asset) const {
        return static_cast<std::uint64_t>(price_.at(asset));
    }

  private:
    static constexpr double kDollar = 1e8;
    static constexpr double kMarket = 0.84;

    /// A pure function of both, standard normal by Irwin and Hall.
    static double normal(std::uint64_t block, std::uint64_t of) {
        std::uint64_t state = (block * 1009) + of;
        double sum = -6;
        for (int i = 0; i < 12; ++i) {
            state += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = state;
            z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
            sum += static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
        }
        return sum;
    }

    struct HashOf {
        std::size_t operator()(const Address& address) const {
            std::uint64_t sum = 0;
            for (const std::uint8_t byte : address.bytes) {
                sum = (sum * 257) + byte;
            }
            return sum;
        }
    };

    std::vector<Address> assets_;
    double sigma_;
    bool walks_;
    std::unordered_map<Address, double, HashOf> price_;
};

}  // namespace faultline::bench
