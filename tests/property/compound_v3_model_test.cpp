// SPDX-License-Identifier: Apache-2.0
// Comets that live at random, logged and silently, through reorgs and history, against a slow model
// of the contract that answers what is read as a node would.
#include "core/protocols/compound_v3/principal.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

constexpr std::size_t kSteps = 400;

std::vector<Address> everybody() {
    std::vector<Address> out;
    for (std::uint16_t i = 100; i < 112; ++i) {
        out.push_back(address(i));
    }
    return out;
}

/// One operation at random on one Comet.
class Workload {
  public:
    explicit Workload(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    void step(CometModel& comet) {
        const Address& one = anybody();
        const Address& other = anybody();
        // Small amounts, too, where rounding decides.
        const U128 amount = below(3) == 0 ? below(4) : below(2'000'000'000);
        switch (below(12)) {
            case 0:
            case 1:
                comet.supply(one, other, amount);
                break;
            case 2:
            case 3:
                comet.withdraw(one, amount);
                break;
            case 4:
            case 5:
            case 6:
                if (one != other) {
                    transfer(comet, one, other, amount);
                }
                break;
            case 7:
                comet.accrue();
                break;
            case 8:
                absorb(comet, one);
                break;
            default:
                collateral(comet, one, other);
                break;
        }
    }

    void upgrade(CometModel& comet) {
        if (comet.listed.size() < 24) {
            comet.list();
        }
        comet.borrow_curve.low = below(5'000'000'000);
        comet.listed[0].liquidate_factor = kWad / 100 * (50 + below(45));
        comet.upgrade();
    }

    void prices(CometModel& comet) {
        for (auto& [feed, price] : comet.prices) {
            price = feed == comet.base_feed ? kUsd - 5 + below(10) : kUsd * (40 + below(60));
        }
    }

  private:
    const Address& anybody() { return accounts_[below(accounts_.size())]; }

    /// The contract lets nobody borrow without collateral.
    void transfer(CometModel& comet, const Address& one, const Address& other, U128 amount) {
        const I128 has = comet.present(comet.principal_of(one));
        bool collateral = false;
        for (const ModelAsset& asset : comet.listed) {
            collateral = collateral || comet.held_by(one, asset.asset) != 0;
        }
        if (has >= static_cast<I128>(amount) || collateral) {
            comet.transfer(one, other, amount);
        }
    }

    void absorb(CometModel& comet, const Address& one) {
        if (comet.liquidatable(one, true)) {
            comet.absorb(one);
        }
    }

    void collateral(CometModel& comet, const Address& one, const Address& other) {
        const ModelAsset& asset = comet.listed[below(comet.listed.size())];
        const U128 held = comet.held_by(one, asset.asset);
        const U128 part = held == 0 || below(3) == 0 ? held : below(1'000) * held / 1'000;
        switch (below(3)) {
            case 0:
                comet.supply_collateral(one, asset, U128{kWad} / 100 * below(500));
                break;
            case 1:
                comet.withdraw_collateral(one, asset, part);
                break;
            default:
                if (one != other) {
                    comet.transfer_collateral(one, other, asset, part);
                }
                break;
        }
    }

    std::mt19937_64 random_;
    std::vector<Address> accounts_ = everybody();
};

void require_equal(CometChain& chain) {
    REQUIRE(chain.different(everybody()) == 0);
    REQUIRE(chain.markets().broken_laws().empty());
    const auto health = chain.markets().health(0, chain.at());
    for (const Address& account : everybody()) {
        const auto figure = health->of({.account = account, .part = {}});
        REQUIRE(figure.ok());
        REQUIRE(
            (figure.value.health_factor_wad < U256(kWad)) ==
            chain.models[0].liquidatable(account, false)
        );
    }
}

}  // namespace

TEST_CASE("Comets that live at random are equal to their model at every live block") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 13));
    Workload workload(seed);
    CometChain chain({CometModel(200, 2), CometModel(300, 20)});
    INFO("seed " << seed);
    chain.next();
    for (CometModel& comet : chain.models) {
        // Enough for whoever borrows: the model does not ask.
        comet.supply(address(50), address(50), 10'000'000'000'000);
    }
    chain.seal();
    std::size_t equal = 0;
    bool was_live = true;
    for (std::size_t i = 0; i < kSteps; ++i) {
        if (i > 3 && was_live && workload.below(15) == 0) {
            chain.revert();
            if (workload.below(2) == 0) {
                chain.next();
                chain.seal();
                require_equal(chain);
            }
        }
        chain.next(workload.below(20) == 0 ? workload.below(5'000'000) + 1 : 12);
        for (CometModel& comet : chain.models) {
            for (std::uint64_t ops = workload.below(4); ops > 0; --ops) {
                workload.step(comet);
            }
            if (workload.below(40) == 0) {
                workload.upgrade(comet);
            }
            if (workload.below(5) == 0) {
                workload.prices(comet);
            }
        }
        was_live = workload.below(6) != 0;
        for (const protocol::Incident& incident : chain.seal(was_live)) {
            INFO(incident.text);
            REQUIRE(incident.kind == protocol::IncidentKind::kNotice);
        }
        if (was_live) {
            require_equal(chain);
            ++equal;
        }
    }
    CHECK(equal > kSteps / 2);
}

}  // namespace faultline::compound_v3::tests
