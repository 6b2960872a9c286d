// SPDX-License-Identifier: Apache-2.0
#include "pool_view.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

bool same_block(const PinnedBlock& one, const PinnedBlock& other) {
    return one.header == other.header && one.logs == other.logs;
}

runtime::Task<Result<eth::Header>> note_lowest(
    Node& node, HeadTag tag, std::shared_ptr<std::optional<eth::Header>> lowest
) {
    auto header = co_await node.head(tag);
    if (header && (!*lowest || header->ref.number < (*lowest)->ref.number)) {
        *lowest = *header;
    }
    co_return header;
}

/// Answers that say less than they could, as kept until the others have been asked.
struct PoorAnswers {
    std::string endpoint;
    std::vector<eth::ReadAnswer> answers;
};

std::size_t holes_in(const std::vector<eth::ReadAnswer>& answers) {
    return static_cast<std::size_t>(std::ranges::count_if(answers, &eth::ReadAnswer::unanswered));
}

/// An answer of no bytes is what a call meets where there is no contract, and what a node says that
/// lacks the state: it is missing until no other endpoint has more. So is one that is none, as
/// endpoints allow different amounts of gas; that is a refusal, and no contradiction of others.
runtime::Task<Result<std::vector<eth::ReadAnswer>>> full_reads(
    Node& node,
    Hash32 block,
    std::vector<eth::Read> reads,
    std::shared_ptr<std::optional<PoorAnswers>> poor
) {
    auto answers = co_await node.reads(block, std::move(reads));
    const bool lacks = answers && std::ranges::any_of(*answers, [](const eth::ReadAnswer& one) {
                           return !one.reverted() && one.result.empty();
                       });
    if (!lacks) {
        co_return answers;
    }
    const std::size_t holes = holes_in(*answers);
    if (!*poor || holes <= holes_in((*poor)->answers)) {
        poor->emplace(node.name(), *std::move(answers));
    }
    if (holes != 0) {
        co_return Error(
            Code::kRejected,
            "endpoint " + node.name() +
                ": eth_call: a call was not carried through: it takes more gas, or answers with "
                "more, than the node allows"
        );
    }
    co_return Error(
        Code::kMissing,
        "endpoint " + node.name() +
            ": eth_call: a call was answered with nothing, as where no "
            "contract is"
    );
}

/// Whether others may still have more than that after a failure of them all. A refusal and a
/// missing state do not end by waiting, and the other's answer is there.
bool final_for(const Error& error, const std::optional<PoorAnswers>& poor) {
    return poor && (error.code() == Code::kMissing || error.code() == Code::kRejected);
}

}  // namespace

PoolView::PoolView(Rotation& rotation, std::string name, Witnesses* witnesses)
    : rotation_(rotation), name_(std::move(name)) {
    session_.witnesses = witnesses;
}

template <class T>
runtime::Task<Result<T>> PoolView::ask(Question question, Asking<T> asking) {
    Attempts attempts;
    co_return co_await rotation_.ask(question, std::move(asking), session_, attempts);
}

Question PoolView::pinned(Kind kind, const Hash32& hash, std::size_t calls) const {
    Question question;
    question.kind = kind;
    question.calls = calls;
    question.hash = hash;
    question.needs = rotation_.members().number_of(hash);
    return question;
}

runtime::Task<Result<eth::ChainId>> PoolView::chain_id() {
    return rotation_.chain_id();
}

runtime::Task<Result<eth::Header>> PoolView::head(HeadTag tag) {
    if (tag == HeadTag::kLatest) {
        return latest();
    }
    return level(tag);
}

/// How final blocks are decides what is history, of which nobody is told: where endpoints have to
/// agree, a level is one that all of them have reached.
runtime::Task<Result<eth::Header>> PoolView::level(HeadTag tag) {
    Question question;
    question.kind = Kind::kLevel;
    if (!rotation_.needs_agreement()) {
        Asking<eth::Header> asking = [tag](Node& node) {
            return node.head(tag);
        };
        co_return co_await ask(question, std::move(asking));
    }
    const auto lowest = std::make_shared<std::optional<eth::Header>>();
    Asking<eth::Header> asking = [tag, lowest](Node& node) {
        return note_lowest(node, tag, lowest);
    };
    Witnesses ignored;
    Session session;
    session.witnesses = &ignored;
    const auto any = [](const eth::Header& /*one*/, const eth::Header& /*other*/) {
        return true;
    };
    FAULTLINE_CO_TRY(
        eth::Header header, co_await rotation_.agree(question, std::move(asking), session, any)
    );
    co_return lowest->value_or(std::move(header));
}

/// A head below the best known one is an endpoint that is behind: those that have shown the best
/// one are asked, and only if they fail the lower one counts.
runtime::Task<Result<eth::Header>> PoolView::latest() {
    Question question;
    question.kind = Kind::kHead;
    const Asking<eth::Header> asking = [](Node& node) {
        return node.head(HeadTag::kLatest);
    };
    Attempts attempts;
    Witnesses ignored;
    Session session;  // Knows who answered.
    session.witnesses = &ignored;
    Result<eth::Header> first = co_await rotation_.ask(question, asking, session, attempts);
    const auto best = rotation_.members().best_head();
    if (!first) {
        co_return first;
    }
    std::size_t teller = *session.favoured;
    if (!best || first->ref.number >= *best) {
        co_return rotation_.members().tell(teller, *first);
    }
    for (std::size_t i = 0; i < rotation_.members().size(); ++i) {
        const Member& member = rotation_.members()[i];
        if (!member.head || *member.head <= first->ref.number) {
            attempts.add(i);
        }
    }
    Result<eth::Header> second = co_await rotation_.ask(question, asking, session, attempts);
    if (second && second->ref.number > first->ref.number) {
        teller = *session.favoured;
        first = std::move(second);
    }
    co_return rotation_.members().tell(teller, *first);
}

runtime::Task<Result<eth::Header>> PoolView::header_by_number(eth::BlockNum number) {
    Question question;
    question.kind = Kind::kHeader;
    question.needs = number;
    Asking<eth::Header> asking = [number](Node& node) {
        return node.header_by_number(number);
    };
    return ask(question, std::move(asking));
}

runtime::Task<Result<eth::Header>> PoolView::header_by_hash(Hash32 hash) {
    Asking<eth::Header> asking = [hash](Node& node) {
        return node.header_by_hash(hash);
    };
    return ask(pinned(Kind::kHeader, hash, 1), std::move(asking));
}

runtime::Task<Result<std::vector<eth::Header>>> PoolView::headers(
    eth::BlockNum first, eth::BlockNum last, Proof proof
) {
    Question question;
    question.kind = Kind::kHeaders;
    question.width = last - first + 1;
    question.calls = question.width;
    question.needs = last;
    Asking<std::vector<eth::Header>> asking = [first, last, proof](Node& node) {
        return node.headers(first, last, proof);
    };
    return ask(question, std::move(asking));
}

runtime::Task<Result<PinnedBlock>> PoolView::block(Hash32 hash, const eth::LogFilter& filter) {
    Asking<PinnedBlock> asking = [hash, &filter](Node& node) {
        return node.block(hash, filter);
    };
    return ask_for_block(hash, std::move(asking));
}

runtime::Task<Result<PinnedBlock>> PoolView::unverified_block(
    Hash32 hash, const eth::LogFilter& filter
) {
    Asking<PinnedBlock> asking = [hash, &filter](Node& node) {
        return node.unverified_block(hash, filter);
    };
    return ask_for_block(hash, std::move(asking));
}

runtime::Task<Result<PinnedBlock>> PoolView::ask_for_block(
    Hash32 hash, Asking<PinnedBlock> asking
) {
    const Question question = pinned(Kind::kBlock, hash, 2);
    if (rotation_.needs_agreement()) {
        return rotation_.agree(question, std::move(asking), session_, same_block);
    }
    return ask(question, std::move(asking));
}

runtime::Task<Result<std::vector<BlockLogs>>> PoolView::logs(
    eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
) {
    Question question;
    question.kind = Kind::kLogs;
    question.width = last.number - first + 1;
    question.calls = 2;
    question.hash = last.hash;
    question.needs = last.number;
    Asking<std::vector<BlockLogs>> asking = [first, last, &filter](Node& node) {
        return node.logs(first, last, filter);
    };
    return ask(question, std::move(asking));
}

runtime::Task<Result<std::vector<eth::ReadAnswer>>> PoolView::reads(
    Hash32 block, std::vector<eth::Read> reads
) {
    const Question question = pinned(Kind::kReads, block, reads.size());
    if (rotation_.needs_agreement()) {
        co_return co_await agreed_reads(question, block, std::move(reads));
    }
    const auto poor = std::make_shared<std::optional<PoorAnswers>>();
    Asking<std::vector<eth::ReadAnswer>> asking = [block, reads, poor](Node& node) {
        return full_reads(node, block, reads, poor);
    };
    auto answers = co_await ask(question, std::move(asking));
    if (answers || !final_for(answers.error(), *poor)) {
        co_return answers;
    }
    if (session_.witnesses != nullptr) {
        session_.witnesses->add((*poor)->endpoint);
    }
    co_return std::move((*poor)->answers);
}

runtime::Task<Result<Testimony>> testimony(
    Rotation& rotation,
    Hash32 block,
    std::vector<eth::Read> reads,
    const std::vector<std::string>& besides
) {
    Question question;
    question.kind = Kind::kTestimony;
    question.calls = reads.size();
    question.hash = block;
    question.needs = rotation.members().number_of(block);
    Attempts attempts;
    for (std::size_t i = 0; i < rotation.members().size(); ++i) {
        if (std::ranges::count(besides, rotation.members()[i].node->name()) > 0) {
            attempts.add(i);
        }
    }
    const auto poor = std::make_shared<std::optional<PoorAnswers>>();
    Asking<std::vector<eth::ReadAnswer>> asking = [block, reads, poor](Node& node) {
        return full_reads(node, block, reads, poor);
    };
    Witnesses witnesses;
    Session session;
    session.witnesses = &witnesses;
    auto answers = co_await rotation.ask(question, std::move(asking), session, attempts);
    if (!answers && final_for(answers.error(), *poor) && holes_in((*poor)->answers) != 0) {
        co_return Testimony{
            .endpoint = std::move((*poor)->endpoint), .answers = std::move((*poor)->answers)
        };
    }
    if (!answers) {
        co_return std::move(answers).error();
    }
    co_return Testimony{.endpoint = witnesses.names().back(), .answers = *std::move(answers)};
}

}  // namespace faultline::rpc
