// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/fetch.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace faultline::chain {

namespace {

Error mismatch(const rpc::Node& node, const std::string& what) {
    return Error(Code::kTransient, node.name() + ": " + what);
}

/// nullopt when the headers are those of [first, last], each the child of the one before.
std::optional<Error> unchained(
    const rpc::Node& node,
    const std::vector<eth::Header>& headers,
    eth::BlockNum first,
    eth::BlockNum last
) {
    if (headers.size() != last - first + 1) {
        return mismatch(
            node,
            "asked for " + std::to_string(last - first + 1) + " headers, got " +
                std::to_string(headers.size())
        );
    }
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (headers[i].ref.number != first + i) {
            return mismatch(
                node,
                "header " + std::to_string(first + i) + " bears number " +
                    std::to_string(headers[i].ref.number)
            );
        }
        if (i > 0 && headers[i].parent != headers[i - 1].ref.hash) {
            return mismatch(
                node,
                "headers " + headers[i - 1].ref.text() + " and " + headers[i].ref.text() +
                    " are of different branches"
            );
        }
    }
    return std::nullopt;
}

/// The block, if it is the one of `header`.
Result<FetchedBlock> fetched_as(
    const rpc::Node& node,
    eth::Header header,
    rpc::PinnedBlock pinned,
    const rpc::Witnesses& witnesses
) {
    if (pinned.header != header) {
        return mismatch(
            node,
            pinned.header.ref != header.ref
                ? "asked for block " + header.ref.text() + ", got " + pinned.header.ref.text()
                : "block " + header.ref.text() +
                      " came with another parent, time or base fee than before"
        );
    }
    FetchedBlock block;
    block.header = std::move(header);
    block.logs = std::move(pinned.logs);
    block.endpoints = witnesses.names();
    block.checks = std::move(pinned.checks);
    return block;
}

}  // namespace

runtime::Task<Result<FetchedBlock>> fetch_block(
    rpc::Node& node, eth::Header header, const eth::LogFilter& filter
) {
    rpc::Witnesses witnesses;
    const auto asked = node.witnessed(witnesses);
    FAULTLINE_CO_TRY(rpc::PinnedBlock pinned, co_await asked->block(header.ref.hash, filter));
    co_return fetched_as(node, std::move(header), std::move(pinned), witnesses);
}

runtime::Task<Result<FetchedBlock>> fetch_unverified_block(
    rpc::Node& node, eth::Header header, const eth::LogFilter& filter
) {
    rpc::Witnesses witnesses;
    const auto asked = node.witnessed(witnesses);
    FAULTLINE_CO_TRY(
        rpc::PinnedBlock pinned, co_await asked->unverified_block(header.ref.hash, filter)
    );
    co_return fetched_as(node, std::move(header), std::move(pinned), witnesses);
}

runtime::Task<Result<eth::Header>> fetch_header(rpc::Node& node, eth::BlockNum number) {
    FAULTLINE_CO_TRY(eth::Header header, co_await node.header_by_number(number));
    if (header.ref.number != number) {
        co_return mismatch(
            node, "asked for block " + std::to_string(number) + ", got " + header.ref.text()
        );
    }
    co_return header;
}

runtime::Task<Result<std::vector<FetchedBlock>>> fetch_range(
    rpc::Node& node,
    eth::BlockNum first,
    eth::BlockNum last,
    const eth::LogFilter& filter,
    rpc::Proof proof
) {
    rpc::Witnesses witnesses;
    const auto asked = node.witnessed(witnesses);
    FAULTLINE_CO_TRY(std::vector<eth::Header> headers, co_await asked->headers(first, last, proof));
    if (auto error = unchained(node, headers, first, last)) {
        co_return *std::move(error);
    }
    const eth::BlockRef top = headers.back().ref;
    FAULTLINE_CO_TRY(std::vector<rpc::BlockLogs> groups, co_await asked->logs(first, top, filter));
    std::vector<FetchedBlock> blocks(headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        blocks[i].header = std::move(headers[i]);
        blocks[i].endpoints = witnesses.names();
    }
    for (rpc::BlockLogs& group : groups) {
        const eth::BlockNum number = group.ref.number;
        if (number < first || number > last ||
            blocks[number - first].header.ref.hash != group.ref.hash) {
            co_return mismatch(
                node,
                "logs of " + group.ref.text() + " do not belong to the headers of blocks " +
                    std::to_string(first) + " to " + std::to_string(last)
            );
        }
        if (!blocks[number - first].logs.empty()) {
            co_return mismatch(node, "logs of " + group.ref.text() + " came twice");
        }
        blocks[number - first].logs = std::move(group.logs);
    }
    co_return blocks;
}

}  // namespace faultline::chain
