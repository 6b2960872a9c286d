// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/graph/node.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::graph {
namespace {

constexpr std::array<std::string_view, 11> kNodeKinds{
    "protocol",
    "market",
    "token",
    "issuer",
    "oracle",
    "entity",
    "account",
    "others",
    "bridge",
    "governor",
    "unknown"
};
static_assert(kNodeKinds.size() == static_cast<std::size_t>(last_of(NodeKind{})) + 1);

constexpr std::size_t kAddressAt = 31 - Address::kSize;

Error no_node(std::string_view id, std::string_view why) {
    return Error(Code::kMalformed, "\"" + std::string(id) + "\" names no node: " + std::string(why))
        .advise("write it as kind:address or kind:name, as in token:0x… or issuer:lido");
}

}  // namespace

std::string_view node_kind_name(NodeKind kind) noexcept {
    return kNodeKinds.at(static_cast<std::size_t>(kind));
}

bool has_address(NodeKind kind) noexcept {
    switch (kind) {
        case NodeKind::kProtocol:
        case NodeKind::kIssuer:
        case NodeKind::kEntity:
        case NodeKind::kBridge:
            return false;
        default:
            return true;
    }
}

NodeKey NodeKey::of(NodeKind kind, const Address& address) {
    FAULTLINE_ASSERT(has_address(kind));
    NodeKey key{.kind = kind, .rest = {}};
    std::ranges::copy(address.bytes, key.rest.bytes.begin() + kAddressAt);
    return key;
}

NodeKey NodeKey::of(NodeKind kind, std::string_view name) {
    FAULTLINE_ASSERT(!has_address(kind));
    const Hash32 digest = eth::keccak256(name);
    NodeKey key{.kind = kind, .rest = {}};
    std::copy_n(digest.bytes.begin(), key.rest.bytes.size(), key.rest.bytes.begin());
    return key;
}

std::optional<Address> NodeKey::address() const {
    if (!has_address(kind)) {
        return std::nullopt;
    }
    return Address::from_bytes(rest.view().subspan(kAddressAt));
}

std::string node_id(const NodeKey& key, std::string_view name) {
    const std::optional<Address> address = key.address();
    return std::string(node_kind_name(key.kind)) + ":" +
           (address ? address->hex() : std::string(name));
}

Result<NodeKey> node_of_id(std::string_view id) {
    const std::size_t colon = id.find(':');
    if (colon == std::string_view::npos) {
        return no_node(id, "there is no colon in it");
    }
    const auto* kind = std::ranges::find(kNodeKinds, id.substr(0, colon));
    if (kind == kNodeKinds.end()) {
        return no_node(id, "there is no such kind of node");
    }
    const auto of = static_cast<NodeKind>(kind - kNodeKinds.begin());
    const std::string_view rest = id.substr(colon + 1);
    if (!has_address(of)) {
        return rest.empty() ? Result<NodeKey>(no_node(id, "the name is empty"))
                            : NodeKey::of(of, rest);
    }
    const Result<Address> address = Address::from_hex(rest);
    if (!address) {
        return no_node(id, address.error().detail());
    }
    return NodeKey::of(of, *address);
}

}  // namespace faultline::graph
