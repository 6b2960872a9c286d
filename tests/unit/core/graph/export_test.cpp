// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::graph {
namespace {

/// A token that is called what nobody should call it, and its issuer.
Snapshot small() {
    Snapshot snapshot =
        GraphMaker()
            .bond("token:T", EdgeKind::kIssuedBy, "issuer:a,\"b\"\n<c>&\x01\xff")
            .edge(
                "account:a",
                EdgeKind::kSupplied,
                "market:m",
                {.part = "P", .token = "T", .usd = 1'250'000'000, .proof = Proof::kClaimed}
            )
            .make();
    for (Edge& edge : snapshot.edges) {
        if (edge.kind == EdgeKind::kSupplied) {
            edge.amount = Figure<U256>::of(pow10(30));
        }
    }
    snapshot.chain = "ethereum";
    snapshot.block.number = 21'000'000;
    snapshot.timestamp = {1'700'000'000};
    return snapshot;
}

/// Nothing of a document but this part is looked for.
bool holds(const std::string& document, const std::string& part) {
    CAPTURE(document, part);
    CHECK(document.find(part) != std::string::npos);
    return document.find(part) != std::string::npos;
}

const std::string kPart = "0x50" + std::string(62, '0');
const std::string kToken = "0x54" + std::string(38, '0');

TEST_CASE("GraphML has exact amounts as text, and escapes what names may hold", "[export]") {
    const std::string text = to_graphml(small());
    holds(
        text,
        "<node id=\"issuer:a,&quot;b&quot;&#10;&lt;c&gt;&amp;\xef\xbf\xbd\xef\xbf\xbd\"><data "
        "key=\"node_label\">issuer:a,&quot;b&quot;&#10;&lt;c&gt;&amp;\xef\xbf\xbd\xef\xbf\xbd</"
        "data>"
    );
    holds(text, "<data key=\"edge_amount\">1" + std::string(30, '0') + "</data>");
    holds(text, "<data key=\"edge_usd\">12.50000000</data>");
    holds(text, "<data key=\"edge_usd_reason\">nothing tells</data>");
    holds(text, "<data key=\"graph_block\">21000000</data>");
}

TEST_CASE("GEXF weighs the edges that have a value", "[export]") {
    const std::string text = to_gexf(small());
    holds(text, "<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">");
    holds(text, " label=\"supplied\" weight=\"12.50000000\">");
    holds(text, " label=\"issued_by\"><attvalues>");
    holds(text, "<attvalue for=\"edge_proof\" value=\"claimed\"/>");
}

TEST_CASE("node-link JSON has usd as a number with eight decimals", "[export]") {
    const std::string text = to_node_link_json(small());
    holds(
        text, R"({"directed":true,"multigraph":true,"graph":{"chain":"ethereum","block":21000000,)"
    );
    holds(
        text,
        R"("amount":"1)" + std::string(30, '0') + R"(","amount_status":"value","usd":12.50000000,)"
    );
    holds(text, R"("usd_status":"no_data","usd_reason":"nothing tells"})");
}

TEST_CASE("CSV quotes what needs it, and leaves absent fields empty", "[export]") {
    const CsvTables csv = to_csv(small());
    holds(csv.nodes, "id,label,kind,category,accounts\n");
    holds(
        csv.nodes,
        "\"issuer:a,\"\"b\"\"\n<c>&\xef\xbf\xbd\xef\xbf\xbd\",\"issuer:a,\"\"b\"\"\n<c>&"
        "\xef\xbf\xbd"
        "\xef\xbf\xbd\",issuer,,\n"
    );
    holds(csv.edges, ",supplied," + kPart + ",P," + kToken + ",0,claimed,1" + std::string(30, '0'));
    holds(csv.edges, ",value,,,12.50000000,value,\n");
    holds(csv.edges, ",no_data,nothing tells,,,no_data,nothing tells\n");
}

TEST_CASE("nodes that read the same have their own ids", "[export]") {
    Snapshot snapshot = GraphMaker().node("issuer:one").node("issuer:two").make();
    for (Node& node : snapshot.nodes) {
        node.id = "issuer:?";
    }
    const CsvTables csv = to_csv(snapshot);
    holds(csv.nodes, "issuer:?#" + to_hex(snapshot.nodes[0].key.rest.view()) + ",");
    holds(csv.nodes, "issuer:?#" + to_hex(snapshot.nodes[1].key.rest.view()) + ",");
}

}  // namespace
}  // namespace faultline::graph
