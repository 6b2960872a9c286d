// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

namespace faultline::eth {
namespace {

Address contract(std::uint8_t last) {
    Address out;
    out.bytes.back() = last;
    return out;
}

Hash32 topic(std::uint8_t last) {
    Hash32 out;
    out.bytes.back() = last;
    return out;
}

const std::vector<Hash32> kNone;

}  // namespace

TEST_CASE("a filter without clauses wants nothing", "[eth][filter]") {
    const LogFilter none;
    CHECK(none.empty());
    CHECK_FALSE(none.wants(contract(1), kNone));
    CHECK(LogFilter::of_topics({}) == none);
    CHECK(none.joined(none) == none);
}

TEST_CASE("a clause of topics wants them of any contract", "[eth][filter]") {
    const LogFilter filter = LogFilter::of_topics({topic(2), topic(1), topic(2)});
    REQUIRE(filter.clauses().size() == 1);
    CHECK(filter.clauses()[0].topics0 == std::vector{topic(1), topic(2)});
    CHECK(filter.wants(contract(7), std::vector{topic(2), topic(9)}));
    CHECK_FALSE(filter.wants(contract(7), std::vector{topic(9), topic(2)}));
    CHECK_FALSE(filter.wants(contract(7), kNone));
}

TEST_CASE("a clause of contracts wants all that they log", "[eth][filter]") {
    const LogFilter filter({{.contracts = {contract(1)}, .topics0 = {}}});
    CHECK(filter.wants(contract(1), kNone));
    CHECK(filter.wants(contract(1), std::vector{topic(9)}));
    CHECK_FALSE(filter.wants(contract(2), std::vector{topic(9)}));
}

TEST_CASE("clauses that ask for the same become one", "[eth][filter]") {
    const LogFilter filter(
        {{.contracts = {contract(3)}, .topics0 = {topic(5)}},
         {.contracts = {}, .topics0 = {topic(1)}},
         {.contracts = {contract(2)}, .topics0 = {topic(5)}},
         {.contracts = {contract(4)}, .topics0 = {}},
         {.contracts = {}, .topics0 = {topic(2)}},
         {.contracts = {contract(2), contract(3)}, .topics0 = {topic(6)}},
         {.contracts = {contract(5)}, .topics0 = {}}}
    );
    const std::vector<LogClause> expected{
        {.contracts = {}, .topics0 = {topic(1), topic(2)}},
        {.contracts = {contract(2), contract(3)}, .topics0 = {topic(5), topic(6)}},
        {.contracts = {contract(4), contract(5)}, .topics0 = {}},
    };
    CHECK(filter.clauses() == expected);
}

TEST_CASE("what another clause asks for already is left out", "[eth][filter]") {
    const LogFilter any = LogFilter::of_topics({topic(1), topic(2)});
    CHECK(any.joined(LogFilter({{.contracts = {contract(1)}, .topics0 = {topic(2)}}})) == any);
    const LogFilter some = any.joined(LogFilter(
        {{.contracts = {contract(1), contract(2)}, .topics0 = {topic(2), topic(3)}},
         {.contracts = {contract(1)}, .topics0 = {}}}
    ));
    const std::vector<LogClause> expected{
        {.contracts = {}, .topics0 = {topic(1), topic(2)}},
        {.contracts = {contract(1)}, .topics0 = {}},
        {.contracts = {contract(2)}, .topics0 = {topic(3)}},
    };
    CHECK(some.clauses() == expected);
}

TEST_CASE("joined filters want what either wants, in whatever order", "[eth][filter]") {
    const LogFilter a(
        {{.contracts = {}, .topics0 = {topic(1)}}, {.contracts = {contract(1)}, .topics0 = {}}},
        {contract(1)}
    );
    const LogFilter b(
        {{.contracts = {contract(2)}, .topics0 = {topic(1), topic(2)}},
         {.contracts = {contract(1), contract(3)}, .topics0 = {topic(3)}}},
        {contract(3), contract(1)}
    );
    const LogFilter both = a.joined(b);
    CHECK(both == b.joined(a));
    CHECK(both.outspoken() == std::vector{contract(1), contract(3)});
    for (std::uint8_t of = 0; of < 5; ++of) {
        CHECK(both.wants(contract(of), kNone) == (of == 1));
        for (std::uint8_t says = 0; says < 5; ++says) {
            const std::vector<Hash32> topics{topic(says)};
            CHECK(
                both.wants(contract(of), topics) ==
                (a.wants(contract(of), topics) || b.wants(contract(of), topics))
            );
        }
    }
}

TEST_CASE("a narrowed filter wants some topics of what it wanted", "[eth][filter]") {
    const LogFilter filter(
        {{.contracts = {}, .topics0 = {topic(1), topic(2)}},
         {.contracts = {contract(1)}, .topics0 = {}},
         {.contracts = {contract(2)}, .topics0 = {topic(3)}},
         {.contracts = {contract(3)}, .topics0 = {topic(4)}}},
        {contract(1)}
    );
    const LogFilter less = filter.narrowed({topic(2), topic(3), topic(9)});
    const std::vector<LogClause> expected{
        {.contracts = {}, .topics0 = {topic(2)}},
        {.contracts = {contract(1)}, .topics0 = {topic(3), topic(9)}},
        {.contracts = {contract(2)}, .topics0 = {topic(3)}},
    };
    CHECK(less.clauses() == expected);
    CHECK(less.outspoken().empty());
    CHECK(filter.narrowed({}).empty());
}

}  // namespace faultline::eth
