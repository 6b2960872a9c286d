// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

template <class T>
void make_set(std::vector<T>& values) {
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
}

template <class T>
void add_all(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
    make_set(to);
}

template <class T>
std::vector<T> without(const std::vector<T>& from, const std::vector<T>& what) {
    std::vector<T> out;
    std::ranges::set_difference(from, what, std::back_inserter(out));
    return out;
}

template <class T>
bool has(const std::vector<T>& set, const T& value) noexcept {
    return std::binary_search(set.begin(), set.end(), value);
}

/// The clause of any contract, and those of some: sets, none of which is of nothing.
struct Sorted {
    std::vector<Hash32> topics_of_any;
    std::vector<LogClause> of_some;

    explicit Sorted(std::vector<LogClause> clauses) {
        for (LogClause& clause : clauses) {
            FAULTLINE_ASSERT(!clause.contracts.empty() || !clause.topics0.empty());
            if (clause.contracts.empty()) {
                add_all(topics_of_any, clause.topics0);
                continue;
            }
            make_set(clause.contracts);
            make_set(clause.topics0);
            of_some.push_back(std::move(clause));
        }
    }

    /// What any contract is asked for need not be asked of some; nor anything of those that are
    /// asked for all.
    void drop_repeated() {
        std::vector<Address> asked_for_all;
        for (const LogClause& clause : of_some) {
            if (clause.topics0.empty()) {
                add_all(asked_for_all, clause.contracts);
            }
        }
        std::erase_if(of_some, [&](LogClause& clause) {
            if (clause.topics0.empty()) {
                return false;
            }
            clause.topics0 = without(clause.topics0, topics_of_any);
            clause.contracts = without(clause.contracts, asked_for_all);
            return clause.topics0.empty() || clause.contracts.empty();
        });
    }

    /// Those that differ in one of their lists only.
    void join(auto LogClause::* same, auto LogClause::* united) {
        std::vector<LogClause> out;
        for (LogClause& clause : of_some) {
            const auto place = std::ranges::find(out, clause.*same, same);
            if (place == out.end()) {
                out.push_back(std::move(clause));
            } else {
                add_all((*place).*united, clause.*united);
            }
        }
        of_some = std::move(out);
    }
};

}  // namespace

bool LogClause::wants(const Address& contract, std::span<const Hash32> topics) const noexcept {
    return (topics0.empty() || (!topics.empty() && has(topics0, topics[0]))) &&
           (contracts.empty() || has(contracts, contract));
}

LogFilter::LogFilter(std::vector<LogClause> clauses, std::vector<Address> outspoken)
    : outspoken_(std::move(outspoken)) {
    make_set(outspoken_);
    Sorted sorted(std::move(clauses));
    sorted.drop_repeated();
    sorted.join(&LogClause::topics0, &LogClause::contracts);
    sorted.join(&LogClause::contracts, &LogClause::topics0);
    std::ranges::sort(sorted.of_some);
    if (!sorted.topics_of_any.empty()) {
        clauses_.push_back({.contracts = {}, .topics0 = std::move(sorted.topics_of_any)});
    }
    std::ranges::move(sorted.of_some, std::back_inserter(clauses_));
}

LogFilter LogFilter::of_topics(std::vector<Hash32> topics0) {
    if (topics0.empty()) {
        return {};
    }
    return LogFilter({{.contracts = {}, .topics0 = std::move(topics0)}});
}

bool LogFilter::wants(const Address& contract, std::span<const Hash32> topics) const noexcept {
    return std::ranges::any_of(clauses_, [&](const LogClause& clause) {
        return clause.wants(contract, topics);
    });
}

LogFilter LogFilter::joined(const LogFilter& other) const {
    std::vector<LogClause> clauses = clauses_;
    std::ranges::copy(other.clauses_, std::back_inserter(clauses));
    std::vector<Address> outspoken = outspoken_;
    std::ranges::copy(other.outspoken_, std::back_inserter(outspoken));
    return LogFilter(std::move(clauses), std::move(outspoken));
}

LogFilter LogFilter::narrowed(const std::vector<Hash32>& topics0) const {
    std::vector<LogClause> clauses;
    for (const LogClause& clause : clauses_) {
        LogClause less{.contracts = clause.contracts, .topics0 = {}};
        std::ranges::copy_if(topics0, std::back_inserter(less.topics0), [&](const Hash32& topic) {
            return clause.topics0.empty() || has(clause.topics0, topic);
        });
        if (!less.topics0.empty()) {
            clauses.push_back(std::move(less));
        }
    }
    return LogFilter(std::move(clauses));
}

}  // namespace faultline::eth
