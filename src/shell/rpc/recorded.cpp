// SPDX-License-Identifier: Apache-2.0
#include "json_decode.hpp"
#include "json_field.hpp"
#include "json_logs.hpp"
#include "json_reply.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;

constexpr std::string_view kLine = "the line";
constexpr std::string_view kHeader = "header";
constexpr std::string_view kCall = "eth_call";

Result<element> parsed(simdjson::dom::parser& parser, std::string_view json) {
    element root;
    if (const auto failed = parser.parse(json.data(), json.size()).get(root)) {
        return about(
            Code::kMalformed, kLine, std::string("is not JSON: ") + simdjson::error_message(failed)
        );
    }
    return root;
}

Result<eth::LogList> recorded_logs(
    element value, const eth::BlockRef& ref, const eth::LogFilter& filter, std::size_t& all
) {
    FAULTLINE_TRY(const std::vector<RawLog> raw, read_logs(value));
    all = raw.size();
    eth::LogList logs;
    for (const RawLog& log : raw) {
        FAULTLINE_TRY_VOID(of_block(log, ref));
        if (asked_for(log, filter)) {
            FAULTLINE_TRY_VOID(append_any_log(logs, log));
        }
    }
    return logs;
}

Result<eth::ReadAnswer> recorded_answer(const Fields& fields) {
    eth::ReadAnswer answer;
    FAULTLINE_TRY(answer.read.to, fields.address("to"));
    FAULTLINE_TRY(answer.read.data, fields.bytes("data"));
    if (fields.has("from")) {
        FAULTLINE_TRY(answer.read.from, fields.address("from"));
    }
    FAULTLINE_TRY(const bool reverted, fields.flag("reverted"));
    FAULTLINE_TRY(const bool unanswered, fields.flag("unanswered"));
    answer.outcome = unanswered ? eth::ReadOutcome::kNoAnswer : eth::outcome_of(reverted);
    FAULTLINE_TRY(answer.result, fields.bytes("result"));
    return answer;
}

Result<std::vector<RecordedView>> recorded_views(const Fields& line, std::string_view name) {
    std::vector<RecordedView> views;
    if (!line.has(name)) {
        return views;
    }
    FAULTLINE_TRY(const simdjson::dom::array items, line.array(name));
    views.reserve(items.size());
    for (const element item : items) {
        FAULTLINE_TRY(const Fields fields, Fields::of(item, kCall, "a recorded call"));
        RecordedView view;
        FAULTLINE_TRY(view.answer, recorded_answer(fields));
        if (fields.has("label")) {
            FAULTLINE_TRY(view.label, fields.text("label"));
        }
        views.push_back(std::move(view));
    }
    return views;
}

struct NamedFinality {
    std::string_view name;
    eth::Finality finality;
};

constexpr std::array<NamedFinality, 3> kFinalities{{
    {"latest", eth::Finality::kLatest},
    {"safe", eth::Finality::kSafe},
    {"finalized", eth::Finality::kFinalized},
}};

Result<eth::Evidence> recorded_evidence(const Fields& line) {
    eth::Evidence evidence;
    if (!line.has("evidence")) {
        return evidence;
    }
    FAULTLINE_TRY(const Fields fields, line.object("evidence"));
    FAULTLINE_TRY(const simdjson::dom::array endpoints, fields.array("endpoints"));
    for (const element item : endpoints) {
        std::string_view name;
        if (item.get(name) != simdjson::SUCCESS) {
            return fields.wrong("endpoints", "is not a list of names");
        }
        evidence.endpoints.emplace_back(name);
    }
    FAULTLINE_TRY(const std::string_view finality, fields.text("finality"));
    for (const NamedFinality& one : kFinalities) {
        if (one.name == finality) {
            evidence.finality = one.finality;
            return evidence;
        }
    }
    return fields.wrong("finality", "is not latest, safe or finalized");
}

void flatten(element value, const std::string& path, std::map<std::string, std::string>& out) {
    const auto below = [&](std::string_view name) {
        return path.empty() ? std::string(name) : path + "." + std::string(name);
    };
    switch (value.type()) {
        case simdjson::dom::element_type::OBJECT:
            for (const auto& [name, item] : value.get_object().value_unsafe()) {
                flatten(item, below(name), out);
            }
            return;
        case simdjson::dom::element_type::ARRAY: {
            std::size_t index = 0;
            for (const element item : value.get_array().value_unsafe()) {
                flatten(item, below(std::to_string(index++)), out);
            }
            return;
        }
        case simdjson::dom::element_type::STRING:
            out[path] = std::string(value.get_string().value_unsafe());
            return;
        case simdjson::dom::element_type::NULL_VALUE:
            return;
        default:
            out[path] = simdjson::minify(value);
    }
}

}  // namespace

Result<RecordedBlock> decode_recorded_block(std::string_view json, const eth::LogFilter& filter) {
    simdjson::dom::parser parser;
    FAULTLINE_TRY(const element root, parsed(parser, json));
    FAULTLINE_TRY(const Fields line, Fields::of(root, kLine, "it"));
    RecordedBlock block;
    FAULTLINE_TRY(const element header, line.value("header"));
    FAULTLINE_TRY(block.header, read_header(header, kHeader));
    FAULTLINE_TRY(const element logs, line.value("logs"));
    FAULTLINE_TRY(block.logs, recorded_logs(logs, block.header.ref, filter, block.all_logs));
    FAULTLINE_TRY(std::vector<RecordedView> calls, recorded_views(line, "calls"));
    block.calls.reserve(calls.size());
    for (RecordedView& call : calls) {
        block.calls.push_back(std::move(call.answer));
    }
    FAULTLINE_TRY(block.truth, recorded_views(line, "truth"));
    if (line.has("live")) {
        FAULTLINE_TRY(block.live, line.flag("live"));
    }
    FAULTLINE_TRY(block.evidence, recorded_evidence(line));
    return block;
}

Result<eth::BlockRef> decode_recorded_revert(std::string_view json) {
    simdjson::dom::parser parser;
    FAULTLINE_TRY(const element root, parsed(parser, json));
    FAULTLINE_TRY(const Fields line, Fields::of(root, kLine, "it"));
    FAULTLINE_TRY(const Fields reverted, line.object("reverted"));
    eth::BlockRef ref;
    FAULTLINE_TRY(ref.hash, reverted.hash("hash"));
    FAULTLINE_TRY(const element number, reverted.value("number"));
    if (number.get(ref.number) == simdjson::SUCCESS) {
        return ref;
    }
    FAULTLINE_TRY(ref.number, reverted.quantity("number"));
    return ref;
}

Result<std::map<std::string, std::string>> flatten_json(std::string_view json) {
    simdjson::dom::parser parser;
    FAULTLINE_TRY(const element root, parsed(parser, json));
    std::map<std::string, std::string> out;
    flatten(root, "", out);
    return out;
}

}  // namespace faultline::rpc
