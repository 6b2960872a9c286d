// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/snapshot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {

enum class FieldType : std::uint8_t {
    kText,
    kInteger,
    kDecimal
};

struct Field {
    std::string_view name;
    FieldType type = FieldType::kText;
};

inline constexpr std::array kGraphFields = {
    Field{.name = "chain", .type = FieldType::kText},
    Field{.name = "block", .type = FieldType::kInteger},
    Field{.name = "block_hash", .type = FieldType::kText},
    Field{.name = "timestamp", .type = FieldType::kInteger},
};

inline constexpr std::array kNodeFields = {
    Field{.name = "label", .type = FieldType::kText},
    Field{.name = "kind", .type = FieldType::kText},
    Field{.name = "category", .type = FieldType::kText},
    Field{.name = "accounts", .type = FieldType::kText},
};

inline constexpr std::array kEdgeFields = {
    Field{.name = "kind", .type = FieldType::kText},
    Field{.name = "part", .type = FieldType::kText},
    Field{.name = "part_name", .type = FieldType::kText},
    Field{.name = "token", .type = FieldType::kText},
    Field{.name = "decimals", .type = FieldType::kInteger},
    Field{.name = "proof", .type = FieldType::kText},
    Field{.name = "amount", .type = FieldType::kText},
    Field{.name = "amount_status", .type = FieldType::kText},
    Field{.name = "amount_reason", .type = FieldType::kText},
    Field{.name = "amount_block", .type = FieldType::kInteger},
    Field{.name = "usd", .type = FieldType::kDecimal},
    Field{.name = "usd_status", .type = FieldType::kText},
    Field{.name = "usd_reason", .type = FieldType::kText},
};

/// Of kEdgeFields.
inline constexpr std::size_t kUsdField = 10;

/// One for each field; an empty one is absent.
using Values = std::vector<std::string>;

Values graph_values(const Snapshot& snapshot);
Values node_values(const Node& node);
Values edge_values(const Edge& edge);

/// By node; told apart by the key where two would read the same.
std::vector<std::string> node_ids(const Snapshot& snapshot);

/// "e0", by the place of the edge.
std::string edge_id(std::size_t place);

/// Only characters that UTF-8 and XML 1.0 know; others become U+FFFD.
std::string clean(std::string_view text);

}  // namespace faultline::graph
