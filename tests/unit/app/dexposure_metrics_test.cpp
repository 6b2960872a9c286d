// SPDX-License-Identifier: Apache-2.0
// Figures of weekly snapshots: against values by hand, and all or nothing.
#include "dexposure_file.hpp"

#include <faultline/core/network/snapshot.hpp>

#include <catch2/catch.hpp>

#include <app/dexposure_categories.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_nodes.hpp>
#include <app/dexposure_weeks.hpp>
#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using faultline::test::TextFile;

namespace {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

Said metrics(const app::DexposureMetrics& asked) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = app::dexposure_metrics(asked, out, err);
    return {.status = status, .out = out.str(), .err = err.str()};
}

Said metrics(const std::string& text, const std::string& format = "text") {
    const TextFile file("metrics.json", text);
    return metrics({.file = file.path(), .week = {}, .categories = {}, .format = format, .nodes = 0}
    );
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string week_of(const std::string& nodes, const std::string& links) {
    return R"({"data":{"2020-03-23":{"nodes":[],"links":[]},"2020-03-30":{"nodes":[)" + nodes +
           R"(],"links":[)" + links + "]}}}";
}

Result<app::DexposureCategories> categories(const std::string& text) {
    std::istringstream in(text);
    return app::DexposureCategories::read(in, "meta.csv");
}

}  // namespace

TEST_CASE("who issued what nodes hold is told by the symbols of label files", "[app]") {
    const TextFile file(
        "issuers.json",
        week_of(
            R"({"id":"1","size":100,"composition":{"AAVE":25,"RSETH":50,"NOBODYS-COIN":20}},)"
            R"({"id":"2","size":5,"composition":{"AAVE":5}})",
            R"({"source":"1","target":"2","size":5,"composition":{"AAVE":5}})"
        )
    );
    const auto week = *network::Day::parse("2020-03-30");
    const std::string folder = std::string(FAULTLINE_SOURCE_DIR) + "/config";
    const auto asked = [&](const std::string& labels, const std::string& format) {
        return metrics(
            {.file = file.path(),
             .week = week,
             .categories = {},
             .labels = labels,
             .format = format,
             .nodes = 0}
        );
    };
    CHECK(holds(asked(folder, "text").out, "known issuers   2 of 3 tokens, 80.00 % of their value")
    );
    const std::string json = asked(folder, "json").out;
    CHECK(holds(json, R"("tokens_with_known_issuer":2)"));
    CHECK(holds(json, R"("known_issuer_usd_share":0.8)"));
    CHECK_FALSE(holds(asked("", "text").out, "known issuers"));
    const Said nothing = asked(folder + "/nowhere", "text");
    CHECK(nothing.status != 0);
    CHECK(nothing.out.empty());
    CHECK(holds(nothing.err, "labels/symbols.yaml"));
}

TEST_CASE("the figures of a week are those by hand", "[app]") {
    const TextFile file("weeks.json", test::kTwoWeeks);
    const TextFile sectors("meta.csv", test::kSectors);
    const Said said = metrics(
        {.file = file.path(),
         .week = network::Day::parse("2020-03-23"),
         .categories = sectors.path(),
         .format = "text",
         .nodes = 0}
    );
    CHECK(said.status == 0);
    CHECK(said.err.empty());
    // Strengths 8, 8, 4; a ring has the same rank everywhere; SIS (2 + log1p(size) / log1p(60)) / 3
    CHECK(said.out == R"(2020-03-23: 3 nodes, 3 links (1 left out: an end is no node)
  exposure        10.00 usd
  TVL             100.00 usd
  density         0.500000
  degree          HHI 0.333333, Gini 0.000000
  strength        HHI 0.360000, Gini 0.133333
  TVL by node     HHI 0.460000, Gini 0.333333
  top by TVL      1: 60.00 %, 5: 100.00 %, 10: 100.00 %
  tokens          1 token, HHI 1.000000, top stETH 100.00 %
  SIS             mean 0.935405, max 1.000000
  assortativity   not defined
  max k-core      2
  communities     1, modularity 0.000000
  spillover HHI   0.500000, 2 sectors
)");
}

TEST_CASE("each week is one object of JSON, and null is not defined", "[app]") {
    const Said said = metrics(test::kTwoWeeks, "json");
    CHECK(said.status == 0);
    CHECK(holds(
        said.out,
        R"("weeks":[{"week":"2020-03-23","nodes":3,"links":3,"links_dropped":1,"links_to_self":0,)"
        R"("exposure_usd":10,"tvl_usd":100,"density":0.5,)"
    ));
    CHECK(holds(
        said.out,
        R"("top1_tvl_share":0.6,"top5_tvl_share":1,"top10_tvl_share":1,)"
        R"("tokens":1,"token_hhi":1,"top_token":"stETH","top_token_share":1,)"
    ));
    CHECK(holds(said.out, R"("assortativity":null,"core_max":2,"communities":1,)"));
    CHECK(holds(
        said.out,
        R"({"week":"2020-03-30","nodes":0,"links":0,"links_dropped":0,"links_to_self":0,)"
        R"("exposure_usd":0,"tvl_usd":0,"density":null,)"
    ));
    CHECK_FALSE(holds(said.out, "spillover"));
    CHECK(said.out.ends_with("]}\n"));
}

TEST_CASE("the largest nodes have figures of their own, and what their failure leads to", "[app]") {
    const TextFile file("nodes.json", test::kTwoWeeks);
    const auto of = [&](const char* format, std::size_t nodes) {
        return metrics(
            {.file = file.path(),
             .week = network::Day::parse("2020-03-23"),
             .categories = {},
             .format = format,
             .nodes = nodes}
        );
    };
    // Of 182: DAI loses its claim of 2, a fifth, and 1599 a fifth of its claim on DAI of 2.
    // Of 1599: 182 loses 6, a tenth, and DAI a tenth of its claim on 182 of 2.
    const std::string table =
        "  id    TVL usd  out  in  PageRank       SIS  interconn.  core  community  reach  radius  "
        "contagion usd  DebtRank  clearing usd    token HHI  top token\n"
        "  182     60.00    1   1  0.333333  1.000000    0.400000     2          0      0       0  "
        "         2.00  0.024000          2.00     1.000000  stETH 100.00 %\n"
        "  1599    30.00    1   1  0.333333  0.945114    0.400000     2          0      0       0  "
        "         6.00  0.062000          6.00  not defined  not defined\n";
    const Said two = of("text", 2);
    CHECK(two.status == 0);
    CAPTURE(two.out);
    CHECK(two.out.ends_with(table));
    CHECK(holds(of("text", app::kAllNodes).out, "\n  DAI "));
    CHECK_FALSE(holds(of("text", 0).out, "PageRank"));
    const Said json = of("json", 1);
    CAPTURE(json.out);
    CHECK(holds(
        json.out,
        R"("by_node":[{"id":"182","size_usd":60,"links_out":1,"links_in":1,)"
        R"("page_rank":0.3333333333333333,"systemic_importance":1,"interconnectedness":0.4,"core":2,"community":0,)"
        R"("tokens":1,"token_hhi":1,"top_token":"stETH","top_token_share":1,)"
        R"("if_it_fails":{"contagion_reach":0,"contagion_radius":0,"contagion_loss_usd":2,)"
        R"("debt_rank":0.024,"clearing_loss_usd":2}}]}]})"
    ));
    CHECK_FALSE(holds(json.out, "1599"));
    CHECK_FALSE(holds(of("json", 0).out, "by_node"));
    CHECK(holds(metrics(test::kTwoWeeks, "json").out, "2020-03-30"));
}

TEST_CASE("nodes of any size have figures that are numbers", "[app]") {
    const TextFile file(
        "extreme.json",
        week_of(
            R"({"id":"1","size":1e300,"composition":{"A":1e300}},)"
            R"({"id":"2","size":1e-300,"composition":{"A":1e-300,"B":-1}},)"
            R"({"id":null,"size":0,"composition":{}})",
            R"({"source":"2","target":"1","size":1e300,"composition":{}},)"
            R"({"source":"1","target":"2","size":1e-300,"composition":{}},)"
            R"({"source":"1","target":"1","size":1,"composition":{}})"
        )
    );
    for (const char* format : {"text", "json"}) {
        const Said said = metrics(
            {.file = file.path(),
             .week = {},
             .categories = {},
             .format = format,
             .nodes = app::kAllNodes}
        );
        CAPTURE(said.out, said.err);
        CHECK(said.status == 0);
        CHECK_FALSE(holds(said.out, "nan"));
        CHECK_FALSE(holds(said.out, "inf"));
    }
}

TEST_CASE("of many nodes those that owe most fail, and the rest says that it did not", "[app]") {
    std::string nodes;
    std::string links;
    constexpr std::size_t kNodes = 1'500;
    constexpr std::size_t kLinks = 30;
    for (std::size_t at = 0; at < kNodes; ++at) {
        const std::string id = std::to_string(at);
        nodes += (at == 0 ? "" : ",") + std::string(R"({"id":")") + id +
                 R"(","size":100,"composition":{}})";
        for (std::size_t step = 1; step <= kLinks; ++step) {
            links += (links.empty() ? "" : ",") + std::string(R"({"source":")") + id +
                     R"(","target":")" + std::to_string((at + (step * step)) % kNodes) +
                     R"(","size":1,"composition":{}})";
        }
    }
    const TextFile file("many.json", week_of(nodes, links));
    const auto of = [&](const char* format, std::size_t count) {
        return metrics(
            {.file = file.path(),
             .week = network::Day::parse("2020-03-30"),
             .categories = {},
             .format = format,
             .nodes = count}
        );
    };
    CHECK(holds(of("json", app::kAllNodes).out, R"("if_it_fails":null)"));
    CHECK(holds(of("text", app::kAllNodes).out, " were not let fail, as others owe more"));
    CHECK_FALSE(holds(of("json", 10).out, R"("if_it_fails":null)"));
}

TEST_CASE("how many nodes are shown is a number or all", "[app]") {
    CHECK(app::parse_nodes("7").value() == 7);
    CHECK(app::parse_nodes("all").value() == app::kAllNodes);
    for (const char* wrong : {"0", "-1", "7.5", "ten", "7x", "99999999999999999999"}) {
        const auto parsed = app::parse_nodes(wrong);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message().starts_with("--nodes takes how many, or all, not "));
    }
}

TEST_CASE("links of a node to itself are counted", "[app]") {
    const Said said = metrics(
        week_of(
            R"({"id":"1","size":1,"composition":{}})",
            R"({"source":"1","target":"1","size":2,"composition":{"A":2}})"
        ),
        "text"
    );
    CHECK(holds(said.out, "2020-03-30: 1 node, 1 link, 1 of a node to itself\n"));
}

TEST_CASE("a file without weeks has no figures", "[app]") {
    CHECK(holds(metrics(R"({"data":{}})").out, "no weeks in "));
    CHECK(holds(metrics(R"({"data":{}})", "json").out, R"("weeks":[]})"));
}

TEST_CASE("of a file with anything wrong no figure is shown", "[app]") {
    const std::string node = R"({"id":"1","size":1,"composition":{}})";
    const std::vector<std::pair<std::string, std::string>> table{
        {std::string(test::kTwoWeeks).substr(0, 300), ".json:8:43: a string that does not end"},
        {"", ".json:1:1: expected '{', found the end of the file. Fetch or write the file once"},
        {std::string(test::kTwoWeeks) + "x", ".json:12:1: expected the end, found 'x'"},
        {week_of(R"({"id":"1","size":NaN)", ""), ".json:1:87: expected a number, found 'N'"},
        {week_of(node + "," + node, ""), ".json:1:113: the node \"1\" is there twice in its week"},
        {week_of(R"({"id":"1","size":-1,"composition":{}})", ""), ".json:1:87: a size below 0"},
        {week_of(
             R"({"id":"1","size":1e308,"composition":{}},{"id":"2","size":1e308,"composition":{}})",
             ""
         ),
         "its sizes come to more dollars than a number holds"},
        {week_of(node, R"({"source":"1","target":"1","size":-1,"composition":{}})"),
         ".json:1:151: a size below 0"},
        {week_of(node, R"({"source":"1","target":"2","size":1,"composition":{}})"),
         ".json:1:140: there is no node \"2\" in this week"},
    };
    for (const auto& [text, message] : table) {
        for (const char* format : {"text", "json"}) {
            const Said said = metrics(text, format);
            CAPTURE(said.err, message);
            CHECK(said.status == 1);
            CHECK(said.out.empty());
            CHECK(said.err.starts_with("faultline dexposure metrics: "));
            CHECK(holds(said.err, message));
        }
    }
}

TEST_CASE("what is not there is said, with what is", "[app]") {
    const TextFile file("there.json", test::kTwoWeeks);
    const auto of_week = [&](const char* day) {
        return metrics(
            {.file = file.path(),
             .week = network::Day::parse(day),
             .categories = {},
             .format = "text",
             .nodes = 0}
        );
    };
    CHECK(of_week("2020-03-28").status == 1);
    CHECK(holds(of_week("2020-03-28").err, "there is no week 2020-03-28 in "));
    CHECK(holds(of_week("2020-03-28").err, "from 2020-03-23 to 2020-03-30. Give --week 2020-03-23")
    );
    CHECK(holds(of_week("2020-04-28").err, "Give --week 2020-03-30"));
    CHECK(holds(of_week("2019-04-28").err, "Give --week 2020-03-23"));
    CHECK(of_week("2020-03-30").out.starts_with("2020-03-30: 0 nodes, 0 links\n"));
    const Said none =
        metrics({.file = "/no/such", .week = {}, .categories = {}, .format = "text", .nodes = 0});
    CHECK(none.status == 1);
    CHECK(holds(none.err, "open /no/such: it is not there"));
    const Said no_table = metrics(
        {.file = file.path(), .week = {}, .categories = "/no/table", .format = "text", .nodes = 0}
    );
    CHECK(no_table.status == 1);
    CHECK(holds(no_table.err, "open /no/table: it is not there"));
    CHECK(no_table.out.empty());
}

TEST_CASE("a table of categories is read as CSV has it", "[app]") {
    const auto read = categories(
        "\xEF\xBB\xBFname,id,category\r\n\"A \"\"b\"\", "
        "c\",1,Lending\r\n\nB,2,\nC,3,Dexes\nC,3,Dexes\n"
    );
    REQUIRE(read);
    CHECK(read->sectors() == std::vector<std::string>{"Unknown", "Lending", "Dexes"});
    CHECK(read->sector_of("1") == 1);
    CHECK(read->sector_of("2") == 0);
    CHECK(read->sector_of("3") == 2);
    CHECK(read->sector_of("4") == 0);
    CHECK(read->sector_of(std::nullopt) == 0);
    CHECK(categories("id,category\n")->sectors().size() == 1);
    CHECK(categories("id,category\n1,Unknown")->sectors().size() == 1);
}

TEST_CASE("a table of categories that is none says line, column and what to do", "[app]") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", "meta.csv:1:1: it is empty"},
        {"id,name\n", "meta.csv:1:1: there is no column \"category\""},
        {"id,category\n1\n", "meta.csv:2:1: 1 fields under 2 columns"},
        {"id,category\n1,2,3\n", "meta.csv:2:5: 3 fields under 2 columns"},
        {"id,category\n,X\n", "meta.csv:2:1: the id is empty"},
        {"id,category\n1,X\n\n1,Y\n", "meta.csv:4:3: the id \"1\" was of the category \"X\" before"
        },
        {"id,category\n1,\"X\n", "meta.csv:2:3: a quote that does not end"},
        {"id,category\n\"1\"2,X\n", "meta.csv:2:4: expected a comma behind the quote"},
    };
    for (const auto& [text, message] : table) {
        const auto read = categories(text);
        REQUIRE_FALSE(read);
        CAPTURE(read.error().message());
        CHECK(read.error().code() == Code::kMalformed);
        CHECK(read.error().message().starts_with(message + ". Give --categories a CSV file"));
    }
}

TEST_CASE("numbers and ids are written for people", "[app]") {
    CHECK(app::decimals(0, 2) == "0.00");
    CHECK(app::decimals(999.999, 2) == "1,000.00");
    CHECK(app::decimals(1234567.891, 2) == "1,234,567.89");
    CHECK(app::decimals(-123456, 0) == "-123,456");
    CHECK(app::decimals(-123, 1) == "-123.0");
    CHECK(app::decimals(1e308, 2).size() == 414);
    CHECK(app::percent(0.12345) == "12.35 %");
    CHECK(app::shown_id("a\x1b[31m") == "a?[31m");
    CHECK(app::shown_id(std::nullopt) == "(null)");
}
