// SPDX-License-Identifier: Apache-2.0
// What becomes an activity is declared as the contracts' compilers have it.
#include "core/protocols/aave/told_events.hpp"

#include "core/protocols/compound_v2/told_events.hpp"
#include "core/protocols/compound_v3/told_events.hpp"
#include "property/abi_vectors.hpp"

#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::protocol {
namespace {

/// Topic, and which arguments are indexed.
std::string shape(std::string_view declaration, const std::string& topic0) {
    const auto parsed = eth::parse_abi_declaration(declaration);
    REQUIRE(parsed);
    std::string out = topic0;
    for (const eth::AbiParameter& parameter : parsed->parameters) {
        out += parameter.indexed ? " i" : " -";
    }
    return out;
}

std::set<std::string> known() {
    std::set<std::string> out;
    const eth::test::Fixture fixture("protocols/events.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::string text = eth::test::text(row, "declaration");
        if (eth::parse_abi_declaration(text)) {
            out.insert(shape(text, eth::test::text(row, "topic0")));
        }
    }
    return out;
}

/// The list of declarations is of Compound's contracts alone.
bool is_venus(const ToldEvent& told) {
    return told.declaration.find("uint96 indexed poolId") != std::string_view::npos ||
           told.declaration.starts_with("MarketUnlisted(") ||
           told.declaration.starts_with("NewVAIController(");
}

}  // namespace

TEST_CASE("told events are those of the contracts, in order and known to nobody twice") {
    const std::set<std::string> contracts = known();
    const std::vector<std::span<const ToldEvent>> all{
        aave::folded_activities(),
        aave::other_activities(),
        aave::other_activities_of_v2(),
        compound_v2::folded_activities(),
        compound_v2::other_activities(),
        compound_v2::model_activities(),
        compound_v3::folded_activities(),
        compound_v3::other_activities(),
        timelock::activities()
    };
    const std::set<std::string_view> events{
        "liquidation", "bad_debt", "source_changed", "governance", "flash_loan"
    };
    const std::set<std::string_view> details{
        "upgraded", "admin", "role", "queued", "cancelled", "executed", "parameter", "paused"
    };
    for (const auto table : all) {
        CHECK(std::ranges::is_sorted(table, {}, &ToldEvent::topic0));
        CHECK(std::ranges::adjacent_find(table, {}, &ToldEvent::topic0) == table.end());
        for (const ToldEvent& told : table) {
            INFO(std::string(told.declaration));
            CHECK((contracts.contains(shape(told.declaration, told.topic0.hex())) || is_venus(told))
            );
            CHECK(events.contains(told.event));
            CHECK(details.contains(told.detail) == (told.event == "governance"));
        }
    }
}

}  // namespace faultline::protocol
