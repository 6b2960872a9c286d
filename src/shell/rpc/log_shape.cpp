// SPDX-License-Identifier: Apache-2.0
#include "log_shape.hpp"

#include "hex_block.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::size_t kMaxTopics = 4;

enum class Field : std::uint8_t {
    kAddress,
    kTopics,
    kData,
    kBlockNumber,
    kTxnHash,
    kTxnIndex,
    kBlockHash,
    kLogIndex,
    kRemoved,
    kOther,  ///< A plain string that we have no use for.
};

constexpr std::size_t kFields = static_cast<std::size_t>(Field::kOther);

struct Key {
    std::string_view name;
    Field field;
};

constexpr std::array kKeys = {
    Key{"address", Field::kAddress},
    Key{"topics", Field::kTopics},
    Key{"data", Field::kData},
    Key{"blockNumber", Field::kBlockNumber},
    Key{"transactionHash", Field::kTxnHash},
    Key{"transactionIndex", Field::kTxnIndex},
    Key{"blockHash", Field::kBlockHash},
    Key{"logIndex", Field::kLogIndex},
    Key{"removed", Field::kRemoved},
};

Field field_of(std::string_view name) {
    const auto found = std::ranges::find(kKeys, name, &Key::name);
    return found == kKeys.end() ? Field::kOther : found->field;
}

/// What stands before a value, and how that is read.
struct Step {
    std::string_view before;  ///< From the end of the last value: `,"data":`.
    Field field = Field::kOther;
};

/// A log under way, and what is known of the one before.
struct Decoded {
    eth::Log log;
    std::array<Hash32, kMaxTopics> topics;
    std::size_t topic_count = 0;
    Bytes data;
    std::uint64_t number = 0;
    Hash32 block_hash;
};

/// Moves over text that has to be as expected; false at once when it is not.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] std::size_t at() const noexcept { return at_; }

    [[nodiscard]] std::string_view from(std::size_t begin) const {
        return text_.substr(begin, at_ - begin);
    }

    bool literal(std::string_view expected) {
        const bool same = text_.substr(at_).starts_with(expected);
        at_ += same ? expected.size() : 0;
        return same;
    }

    /// A quoted string without escapes.
    bool plain(std::string_view& out) {
        if (!literal("\"")) {
            return false;
        }
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] >= ' ' && text_[at_] <= '~' && text_[at_] != '"' &&
               text_[at_] != '\\') {
            ++at_;
        }
        out = from(begin);
        return literal("\"");
    }

    template <std::size_t N, class Tag>
    bool fixed(FixedBytes<N, Tag>& out) {
        constexpr std::size_t kDigits = 2 * N;
        constexpr std::size_t kQuotes = 4;  // "0x and "
        if (text_.size() - at_ < kDigits + kQuotes || !literal("\"0x")) {
            return false;
        }
        const char* digits = text_.data() + at_;
        bool good = true;
        for (std::size_t i = 0; i + kHexBlock <= kDigits; i += kHexBlock) {
            good &= decode_hex_block(digits + i, out.bytes.data() + (i / 2)) == kHexBlock;
        }
        if constexpr (kDigits % kHexBlock != 0) {
            constexpr std::size_t kLast = kDigits - kHexBlock;  // Overlaps what is done already.
            good &= decode_hex_block(digits + kLast, out.bytes.data() + (kLast / 2)) == kHexBlock;
        }
        at_ += kDigits;
        return good && literal("\"");
    }

    bool quantity(std::uint64_t& out) {
        if (!literal("\"0x")) {
            return false;
        }
        const std::size_t begin = at_;
        out = 0;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            const char c = text_[at_];
            const char lower = static_cast<char>(c | 0x20);
            const bool letter = lower >= 'a' && lower <= 'f';
            if ((!letter && (c < '0' || c > '9')) || (out >> 60U) != 0) {
                return false;
            }
            out = (out << 4U) | static_cast<std::uint64_t>(letter ? lower - 'a' + 10 : c - '0');
        }
        return at_ > begin && literal("\"");
    }

    bool data(Bytes& out) {
        if (!literal("\"0x")) {
            return false;
        }
        std::size_t size = 0;
        // Ends at the first block with something else than digits, at the latest at the text's end.
        for (;;) {
            if (out.size() < size + (kHexBlock / 2)) {
                out.resize((2 * out.size()) + kHexBlock);
            }
            std::array<char, kHexBlock> end{};  // Padded with what are no digits.
            const std::string_view rest = text_.substr(at_, kHexBlock);
            const char* block = rest.data();
            if (rest.size() < kHexBlock) {
                std::ranges::copy(rest, end.begin());
                block = end.data();
            }
            const std::size_t digits = decode_hex_block(block, out.data() + size);
            at_ += digits;
            size += digits / 2;
            if (digits < kHexBlock) {
                data_size_ = size;
                return digits % 2 == 0 && literal("\"");
            }
        }
    }

    [[nodiscard]] std::size_t data_size() const noexcept { return data_size_; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t data_size_ = 0;
};

bool read_topics(Scanner& scan, Decoded& out) {
    out.topic_count = 0;
    if (!scan.literal("[")) {
        return false;
    }
    do {
        if (out.topic_count == kMaxTopics || !scan.fixed(out.topics[out.topic_count])) {
            return false;
        }
        ++out.topic_count;
    } while (scan.literal(","));
    return scan.literal("]");
}

bool read_index(Scanner& scan, std::uint32_t& out) {
    std::uint64_t value = 0;
    if (!scan.quantity(value) || value > std::numeric_limits<std::uint32_t>::max()) {
        return false;
    }
    out = static_cast<std::uint32_t>(value);
    return true;
}

bool read_value(Scanner& scan, Field field, Decoded& out) {
    switch (field) {
        case Field::kAddress:
            return scan.fixed(out.log.address);
        case Field::kTopics:
            return read_topics(scan, out);
        case Field::kData:
            return scan.data(out.data);
        case Field::kBlockNumber:
            return scan.quantity(out.number);
        case Field::kTxnHash:
            return scan.fixed(out.log.tx_hash);
        case Field::kTxnIndex:
            return read_index(scan, out.log.tx_index);
        case Field::kBlockHash:
            return scan.fixed(out.block_hash);
        case Field::kLogIndex:
            return read_index(scan, out.log.log_index);
        case Field::kRemoved:
            return scan.literal("false");
        case Field::kOther: {
            std::string_view ignored;
            return scan.plain(ignored);
        }
    }
    return false;
}

/// The keys of the first log, each once, all that are needed among them; empty when it is no such
/// log.
std::vector<Step> learn(std::string_view text) {
    std::vector<Step> steps;
    std::array<bool, kFields> seen{};
    Scanner scan(text);
    Decoded ignored;
    std::size_t begin = 0;
    bool more = scan.literal("{");
    while (more) {
        std::string_view name;
        if (!scan.plain(name) || !scan.literal(":")) {
            return {};
        }
        const Field field = field_of(name);
        if (field != Field::kOther) {
            if (std::exchange(seen.at(static_cast<std::size_t>(field)), true)) {
                return {};
            }
        }
        steps.push_back({.before = scan.from(begin), .field = field});
        if (!read_value(scan, field, ignored)) {
            return {};
        }
        begin = scan.at();
        more = scan.literal(",");
    }
    seen[static_cast<std::size_t>(Field::kRemoved)] = true;  // May be left out.
    const bool whole = scan.literal("}") && std::ranges::all_of(seen, [](bool is) { return is; });
    return whole ? steps : std::vector<Step>();
}

/// Adds the log to the block it is of; false when it is not the next one in order.
bool add(std::vector<BlockLogs>& blocks, std::uint32_t last_index, const Decoded& decoded) {
    if (blocks.empty() || blocks.back().ref.number < decoded.number) {
        BlockLogs& next = blocks.emplace_back();
        next.ref = {.number = decoded.number, .hash = decoded.block_hash};
    } else if (blocks.back().ref.number != decoded.number ||
               blocks.back().ref.hash != decoded.block_hash ||
               decoded.log.log_index <= last_index) {
        return false;
    }
    blocks.back().logs.add(decoded.log);
    return true;
}

}  // namespace

std::optional<ShapedLogs> read_shaped_logs(std::string_view text, const eth::LogClause* clause) {
    Scanner scan(text);
    if (!scan.literal("[")) {
        return std::nullopt;
    }
    const std::vector<Step> steps = learn(text.substr(scan.at()));
    if (steps.empty()) {
        return std::nullopt;
    }
    ShapedLogs out;
    Decoded decoded;
    std::uint32_t last_index = 0;
    do {
        for (const Step& step : steps) {
            if (!scan.literal(step.before) || !read_value(scan, step.field, decoded)) {
                return std::nullopt;
            }
        }
        decoded.log.topics = std::span(decoded.topics).first(decoded.topic_count);
        decoded.log.data = BytesView(decoded.data).first(scan.data_size());
        const bool wanted =
            clause == nullptr || clause->wants(decoded.log.address, decoded.log.topics);
        if (!scan.literal("}") || !wanted || !add(out.blocks, last_index, decoded)) {
            return std::nullopt;
        }
        last_index = decoded.log.log_index;
    } while (scan.literal(","));
    if (!scan.literal("]")) {
        return std::nullopt;
    }
    out.size = scan.at();
    return out;
}

}  // namespace faultline::rpc
