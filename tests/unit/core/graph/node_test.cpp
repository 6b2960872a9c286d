// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/node.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

namespace faultline::graph {
namespace {

const Address kAddress = *Address::from_hex("0x00000000219ab540356cbb839cbe05303d7705fa");

TEST_CASE("an id names the node that it was made of, of every kind", "[node]") {
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last_of(NodeKind{})); ++i) {
        const auto kind = static_cast<NodeKind>(i);
        CAPTURE(node_kind_name(kind));
        const std::string name = "who:ever it is";
        const NodeKey key =
            has_address(kind) ? NodeKey::of(kind, kAddress) : NodeKey::of(kind, name);
        CHECK(node_of_id(node_id(key, name)) == key);
        CHECK(key.address().has_value() == has_address(kind));
    }
    CHECK(NodeKey::of(NodeKind::kToken, kAddress).address() == kAddress);
    CHECK(NodeKey::of(NodeKind::kToken, kAddress) != NodeKey::of(NodeKind::kMarket, kAddress));
}

TEST_CASE("what names no node is refused with words that say what would", "[node]") {
    for (const std::string id :
         {"", "token", "tokens:0x00", "token:0x12", "issuer:", "token:lido"}) {
        const auto node = node_of_id(id);
        REQUIRE_FALSE(node);
        CHECK(node.error().detail().starts_with("\"" + id + "\" names no node"));
        CHECK_FALSE(node.error().advice().empty());
    }
}

}  // namespace
}  // namespace faultline::graph
