// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/json_writer.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::api {
namespace {

void write_map(
    JsonWriter& json, std::string_view name, const std::map<std::string, std::string>& map
) {
    json.key(name).begin_object();
    for (const auto& [key, value] : map) {
        json.field(key, value);
    }
    json.end_object();
}

void write_what(JsonWriter& json, const std::optional<OutboxTransition>& what, bool in_full) {
    json.key("alert");
    if (!what) {
        json.null();
        return;
    }
    json.begin_object().field("key", what->key).field("transition", what->transition);
    json.field("rule", what->rule).field("severity", what->severity);
    json.field("summary", what->summary).key("block").begin_object();
    json.field("number", what->block).field("hash", what->block_hash).end_object();
    if (in_full) {
        write_map(json, "labels", what->labels);
        write_map(json, "figures", what->figures);
    }
    json.end_object();
}

void write_time(
    JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& at_ms
) {
    json.key(name);
    if (at_ms) {
        json.number(*at_ms);
    } else {
        json.null();
    }
}

std::string time_text(std::uint64_t at_ms) {
    return runtime::iso_time(UnixMillis{static_cast<std::int64_t>(at_ms)});
}

std::string what_text(const std::optional<OutboxTransition>& what, bool in_full) {
    if (!what) {
        return "    a row that this version cannot read\n";
    }
    std::string out = "    " + what->transition + " " + what->severity + " " + what->rule + ": " +
                      what->summary + "\n    key " + what->key + "\n";
    if (in_full) {
        out += "    block " + std::to_string(what->block) + " " + what->block_hash + "\n";
        for (const auto* map : {&what->labels, &what->figures}) {
            for (const auto& [name, value] : *map) {
                out += "    " + name + " = " + value + "\n";
            }
        }
    }
    return out;
}

std::string since_text(const std::optional<std::uint64_t>& first_failure_ms) {
    return first_failure_ms ? ", failing since " + time_text(*first_failure_ms) : "";
}

std::string letter_text(const OutboxLetter& letter, bool in_full) {
    return "  " + std::to_string(letter.sequence) + " for " + letter.receiver + ", given up " +
           time_text(letter.given_up_ms) + since_text(letter.first_failure_ms) + "\n" +
           what_text(letter.what, in_full) + "    because " + letter.reason + "\n";
}

std::string row_text(const OutboxRow& row, bool in_full) {
    std::string out = "  " + std::to_string(row.sequence) + " for ";
    bool first = true;
    for (const OutboxAwaited& one : row.receivers) {
        out += (first ? "" : "; ") + one.receiver + (one.held ? ", held back" : "") +
               since_text(one.first_failure_ms);
        first = false;
    }
    return out + "\n" + what_text(row.what, in_full);
}

std::string trail_text(const OutboxTrail& entry) {
    return "  " + time_text(entry.at_ms) + " " + entry.action + " " +
           std::to_string(entry.sequence) + " of " + entry.receiver +
           (entry.reason.empty() ? "" : ": " + entry.reason) + "\n";
}

}  // namespace

std::string outbox_json(const OutboxPage& page, bool in_full) {
    JsonWriter json;
    json.begin_object().field("chain", page.chain).key("dead_letters").begin_object();
    for (const auto& [receiver, count] : page.dead_letters) {
        json.field(receiver, count);
    }
    json.end_object().key("dead").begin_array();
    for (const OutboxLetter& letter : page.dead) {
        json.begin_object().field("sequence", letter.sequence).field("receiver", letter.receiver);
        json.field("reason", letter.reason);
        write_time(json, "first_failure_ms", letter.first_failure_ms);
        json.field("given_up_ms", letter.given_up_ms);
        write_what(json, letter.what, in_full);
        json.end_object();
    }
    json.end_array().key("waiting").begin_array();
    for (const OutboxRow& row : page.waiting) {
        json.begin_object().field("sequence", row.sequence).key("receivers").begin_array();
        for (const OutboxAwaited& one : row.receivers) {
            json.begin_object().field("name", one.receiver);
            write_time(json, "first_failure_ms", one.first_failure_ms);
            json.field("held", one.held).end_object();
        }
        json.end_array();
        write_what(json, row.what, in_full);
        json.end_object();
    }
    json.end_array().key("trail").begin_array();
    for (const OutboxTrail& entry : page.trail) {
        json.begin_object().field("at_ms", entry.at_ms).field("action", entry.action);
        json.field("sequence", entry.sequence).field("receiver", entry.receiver);
        json.field("key", entry.key).field("reason", entry.reason).end_object();
    }
    return json.end_array().end_object().take();
}

std::string outbox_text(const OutboxPage& page, bool in_full) {
    std::string out = "chain " + page.chain + "\ndead letters:";
    for (const auto& [receiver, count] : page.dead_letters) {
        out += " " + receiver + " " + std::to_string(count);
    }
    out += page.dead_letters.empty() ? " none\n" : "\n";
    for (const OutboxLetter& letter : page.dead) {
        out += letter_text(letter, in_full);
    }
    out += page.waiting.empty() ? "waiting: none\n" : "waiting:\n";
    for (const OutboxRow& row : page.waiting) {
        out += row_text(row, in_full);
    }
    if (!page.trail.empty()) {
        out += "done before:\n";
    }
    for (const OutboxTrail& entry : page.trail) {
        out += trail_text(entry);
    }
    return out;
}

std::string changed_json(const OutboxChanged& changed) {
    JsonWriter json;
    json.begin_object().field("action", changed.dropped ? "dropped" : "retried");
    json.key("done").begin_array();
    for (const std::uint64_t sequence : changed.done) {
        json.number(sequence);
    }
    json.end_array().key("refused").begin_array();
    for (const OutboxRefusal& one : changed.refused) {
        json.begin_object().field("sequence", one.sequence).field("why", one.why).end_object();
    }
    return json.end_array().field("more", changed.more).end_object().take();
}

std::string changed_text(const OutboxChanged& changed) {
    std::string out = std::to_string(changed.done.size()) +
                      (changed.done.size() == 1 ? " dead letter " : " dead letters ") +
                      (changed.dropped ? "dropped" : "put back") + "\n";
    for (const OutboxRefusal& one : changed.refused) {
        out += "not " + std::to_string(one.sequence) + ": " + one.why + "\n";
    }
    if (changed.more) {
        out += "there are more: give the command again\n";
    }
    return out;
}

}  // namespace faultline::api
