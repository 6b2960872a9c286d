// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace faultline::eth {

using BlockNum = std::uint64_t;
using ChainId = std::uint64_t;

/// Names one block of one branch. The chain is the one the holder works for.
struct BlockRef {
    BlockNum number = 0;
    Hash32 hash;
    auto operator<=>(const BlockRef&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.number, self.hash); }

    /// "1234 (0xabcdef12…)" for messages.
    [[nodiscard]] std::string text() const;
    /// "1234-abcdef12": number and the first four hash bytes; part of alert keys, so its form never
    /// changes.
    [[nodiscard]] std::string tag() const;
};

struct Header {
    BlockRef ref;
    Hash32 parent;
    UnixSeconds timestamp;
    std::optional<U256> base_fee_wei;

    bool operator==(const Header&) const = default;
};

/// One log, as views into the LogList that holds it.
struct Log {
    Address address;
    std::span<const Hash32> topics;
    BytesView data;
    Hash32 tx_hash;
    std::uint32_t tx_index = 0;
    std::uint32_t log_index = 0;
};

/// The logs of a block in one buffer: no allocation per log.
class LogList {
  public:
    /// @pre the data of all logs is less than 4 GiB (asserted): no endpoint's answer is that long
    void add(const Log& log);
    void clear();

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

    /// What the logs take in memory.
    [[nodiscard]] std::size_t bytes() const noexcept {
        return (entries_.size() * sizeof(Entry)) + (topics_.size() * sizeof(Hash32)) + data_.size();
    }

    /// Valid until the list changes. @pre index < size()
    [[nodiscard]] Log operator[](std::size_t index) const;

    bool operator==(const LogList&) const = default;

  private:
    struct Entry {
        Address address;
        Hash32 tx_hash;
        std::uint32_t tx_index = 0;
        std::uint32_t log_index = 0;
        std::uint32_t topic_begin = 0;
        std::uint32_t topic_count = 0;
        std::uint32_t data_begin = 0;
        std::uint32_t data_size = 0;
        bool operator==(const Entry&) const = default;
    };

    std::vector<Entry> entries_;
    std::vector<Hash32> topics_;
    Bytes data_;
};

/// A view call that no log answers, pinned to a block by whoever makes it.
struct Read {
    Address to;
    Bytes data;
    /// Whom the contract takes for the caller, where it asks: an oracle may answer those on its
    /// list only. Zero is what a node takes when none is named.
    Address from = {};
    auto operator<=>(const Read&) const = default;
};

/// What became of a read.
enum class ReadOutcome : std::uint8_t {
    kReturned,
    kReverted,  ///< The contract's own word.
    /// No node carries the call through (its gas, its answer's size), so nothing is known of what
    /// it asks, at this block. Never to be taken for a revert.
    kNoAnswer,
};

constexpr ReadOutcome last_of(ReadOutcome /*of*/) noexcept {
    return ReadOutcome::kNoAnswer;
}

/// Of a call that was carried through.
constexpr ReadOutcome outcome_of(bool reverted) noexcept {
    return reverted ? ReadOutcome::kReverted : ReadOutcome::kReturned;
}

/// What the chain answered. A block whose reads may still be answered is not delivered.
struct ReadAnswer {
    Read read;
    ReadOutcome outcome = ReadOutcome::kReturned;
    Bytes result;  ///< Also what a revert carries along; empty where there is no answer.
    bool operator==(const ReadAnswer&) const = default;

    [[nodiscard]] bool reverted() const noexcept { return outcome == ReadOutcome::kReverted; }

    [[nodiscard]] bool unanswered() const noexcept { return outcome == ReadOutcome::kNoAnswer; }
};

/// The answers to a block's reads, in the order in which they came, found by their read in
/// logarithmic time.
class ReadAnswers {
  public:
    using value_type = ReadAnswer;

    ReadAnswers() = default;
    ReadAnswers(std::vector<ReadAnswer> answers);  // NOLINT(google-explicit-constructor)
    ReadAnswers(std::initializer_list<ReadAnswer> answers);

    void push_back(ReadAnswer answer);
    /// Faster than one by one.
    void append(std::vector<ReadAnswer> answers);

    [[nodiscard]] auto begin() const noexcept { return answers_.begin(); }

    [[nodiscard]] auto end() const noexcept { return answers_.end(); }

    [[nodiscard]] std::size_t size() const noexcept { return answers_.size(); }

    [[nodiscard]] bool empty() const noexcept { return answers_.empty(); }

    [[nodiscard]] const ReadAnswer& front() const { return answers_.front(); }

    [[nodiscard]] const ReadAnswer& operator[](std::size_t index) const { return answers_[index]; }

    /// The first to that read, whatever became of it; nullptr when it was not made. Valid until the
    /// list changes.
    [[nodiscard]] const ReadAnswer* find(const Read& read) const;

    bool operator==(const ReadAnswers& other) const { return answers_ == other.answers_; }

  private:
    std::vector<ReadAnswer> answers_;
    std::vector<std::uint32_t> by_read_;  ///< Places in answers_, by read; equal ones as they came.
};

/// How final a block was when we took it.
enum class Finality : std::uint8_t {
    kLatest,
    kSafe,
    kFinalized
};

constexpr Finality last_of(Finality /*of*/) noexcept {
    return Finality::kFinalized;
}

/// "latest", "safe", "finalized".
std::string_view finality_name(Finality finality) noexcept;

/// Who vouches for a block's data. Travels into every alert.
struct Evidence {
    std::vector<std::string> endpoints;  ///< Names (never URLs) that served or agreed.
    Finality finality = Finality::kLatest;
    std::vector<std::string> checks;  ///< What was proven of it: "header_hash", "bloom", ...
    std::string doubt;                ///< Why it was taken although a check failed; else empty.
    bool operator==(const Evidence&) const = default;
};

/// One block as the engine sees it: the header, the watched logs in log_index order, the answers to
/// the reads that were planned for it.
struct Block {
    Header header;
    LogList logs;
    ReadAnswers reads;
    Evidence evidence;
    /// False for history: a block so old that nobody is to be told of it. Its reads leave out what
    /// time alone moves, and nothing is judged at it.
    bool live = true;
    /// History so far below the head that no reorg inside the undo window reaches it: it need not
    /// be taken back alone.
    bool deep = false;

    [[nodiscard]] const BlockRef& ref() const noexcept { return header.ref; }

    /// What was returned, or reverted with; nullptr where there is no answer, also of a read that
    /// was made: who plans reads asks made() instead.
    [[nodiscard]] const ReadAnswer* answer(const Read& read) const;

    /// Whether the read was made, be it without an answer. It is not to be asked for again.
    [[nodiscard]] bool made(const Read& read) const { return reads.find(read) != nullptr; }
};

struct Applied {
    Block block;
};

struct Reverted {
    BlockRef ref;
};

/// The contract of the stream: the parent of each Applied is the block applied before it; a
/// Reverted names the current tip; no height is skipped; each watched log is present exactly once.
using ChainEvent = std::variant<Applied, Reverted>;

/// Logs of any of these contracts with any of these first topics; at least one list has some.
struct LogClause {
    std::vector<Address> contracts;  ///< Sorted, unique. Empty means any.
    std::vector<Hash32> topics0;     ///< Sorted, unique. Empty means any, and logs without topics.

    [[nodiscard]] bool wants(const Address& contract, std::span<const Hash32> topics)
        const noexcept;
    auto operator<=>(const LogClause&) const = default;
};

/// Which logs a block source must deliver: those that any clause wants. A clause of any contract
/// never misses those that appear in mid-block (a new reserve's tokens); one of some contracts asks
/// for words that nobody knows yet, or that half of a chain says (Transfer).
class LogFilter {
  public:
    /// Wants nothing.
    LogFilter() = default;

    /// Clauses that ask for the same of several contracts, or several things of any, become one;
    /// what another one asks for already is left out. `outspoken` are contracts that every log of
    /// theirs is wanted of: where a block's bloom says that one of them has spoken and no log of it
    /// came, the logs are looked into.
    explicit LogFilter(std::vector<LogClause> clauses, std::vector<Address> outspoken = {});

    /// From any contract. Nothing at all without topics.
    static LogFilter of_topics(std::vector<Hash32> topics0);

    /// Each is one request. First the one of any contract, if there is one; the rest in order.
    [[nodiscard]] const std::vector<LogClause>& clauses() const noexcept { return clauses_; }

    /// Sorted, unique.
    [[nodiscard]] const std::vector<Address>& outspoken() const noexcept { return outspoken_; }

    /// Whether no log is wanted.
    [[nodiscard]] bool empty() const noexcept { return clauses_.empty(); }

    [[nodiscard]] bool wants(const Address& contract, std::span<const Hash32> topics)
        const noexcept;

    [[nodiscard]] bool wants(const Log& log) const noexcept {
        return wants(log.address, log.topics);
    }

    /// What either wants.
    [[nodiscard]] LogFilter joined(const LogFilter& other) const;

    /// Of the logs that it wants, those with one of these first topics; nobody is outspoken then.
    [[nodiscard]] LogFilter narrowed(const std::vector<Hash32>& topics0) const;

    bool operator==(const LogFilter&) const = default;

  private:
    std::vector<LogClause> clauses_;
    std::vector<Address> outspoken_;
};

}  // namespace faultline::eth
