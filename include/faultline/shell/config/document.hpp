// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/config/problems.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::config {

/// Limits of one document. They are far above any real configuration and far below what could fill
/// memory or the stack.
struct DocumentLimits {
    static constexpr std::size_t kBytes = 1U << 20U;
    static constexpr std::size_t kNodes = 50'000;
    static constexpr std::size_t kDepth = 24;
};

/// A value of a YAML document with the spot it stands at.
struct Node {
    enum class Kind : std::uint8_t {
        kNull,
        kScalar,
        kList,
        kMap
    };

    struct Entry;

    Kind kind = Kind::kNull;
    Place place;
    std::string scalar;          ///< As in the document, before ${...} is expanded.
    std::vector<Node> items;     ///< Of a list.
    std::vector<Entry> entries;  ///< Of a map, in the order written; keys are unique.

    /// The value of a key, or nullptr.
    [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Node::Entry {
    std::string key;
    Place key_place;
    Node value;
};

/// Parses one YAML document whose top is a map. Reports and returns nullopt for: broken syntax, a
/// second document, anchors and aliases, tags, keys that are not text, keys given twice, more than
/// DocumentLimits. An empty document is an empty map.
std::optional<Node> parse_document(
    const std::string& file, std::string_view text, Problems& problems
);

/// What a configuration may ask of its surroundings; replaced in tests.
struct Surroundings {
    /// Value of an environment variable, nullopt when it is not set.
    std::function<std::optional<std::string>(const std::string& name)> variable;
    /// Content of a file up to DocumentLimits::kBytes; otherwise kMissing or kUnavailable.
    std::function<Result<std::string>(const std::string& path)> read_file;
    /// Names of the files in a folder, sorted; kMissing or kUnavailable. nullptr: there is none.
    std::function<Result<std::vector<std::string>>(const std::string& path)> list_folder = nullptr;
};

/// The environment and the files of this process.
Surroundings process_surroundings();

/// `path` as seen from the folder of `file`; absolute paths stay.
std::string beside(const std::string& file, const std::string& path);

}  // namespace faultline::config
