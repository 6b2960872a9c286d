// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/rules/severity.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

/// First byte of a row. Rows outlive the program that wrote them: a new layout is a new number, and
/// decode keeps reading the old ones.
constexpr std::uint8_t kLayout = 5;
constexpr std::uint8_t kLayoutWithoutContributors = 4;
constexpr std::uint8_t kLayoutWithoutInputs = 3;
constexpr std::uint8_t kLayoutWithoutChecks = 2;
constexpr std::uint8_t kLayoutWithoutWait = 1;

using TextMap = std::map<std::string, std::string>;

struct Pair {
    std::string name;
    std::string value;

    auto fields(this auto& self) { return std::tie(self.name, self.value); }
};

/// What `repeated` and `news` are stored as.
enum class TellsAgain : std::uint8_t {
    kNo,
    kStillFires,
    kNews,
    kNewsTakenBack
};

constexpr TellsAgain last_of(TellsAgain /*of*/) noexcept {
    return TellsAgain::kNewsTakenBack;
}

TellsAgain told_again(const Transition& transition) {
    switch (transition.news) {
        case News::kNew:
            return TellsAgain::kNews;
        case News::kTakenBack:
            return TellsAgain::kNewsTakenBack;
        case News::kNone:
            break;
    }
    return transition.repeated ? TellsAgain::kStillFires : TellsAgain::kNo;
}

News news_of(TellsAgain again) {
    if (again == TellsAgain::kNews) {
        return News::kNew;
    }
    return again == TellsAgain::kNewsTakenBack ? News::kTakenBack : News::kNone;
}

/// What is stored, in order. Maps are stored as sorted lists.
struct StoredTransition {
    std::string fingerprint;
    std::string episode;
    Kind kind = Kind::kFiring;
    Kind retracts = Kind::kFiring;
    eth::BlockRef block;
    std::uint64_t block_timestamp_s = 0;
    std::uint32_t occurrence = 0;
    rules::Severity severity = rules::Severity::kWarning;
    std::string rule;
    std::string summary;
    std::vector<Pair> labels;
    std::vector<Pair> figures;
    std::vector<std::string> endpoints;
    eth::Finality finality = eth::Finality::kLatest;

    auto fields(this auto& self) {
        return std::tie(
            self.fingerprint,
            self.episode,
            self.kind,
            self.retracts,
            self.block,
            self.block_timestamp_s,
            self.occurrence,
            self.severity,
            self.rule,
            self.summary,
            self.labels,
            self.figures,
            self.endpoints,
            self.finality
        );
    }
};

std::vector<Pair> pairs_of(const TextMap& map) {
    std::vector<Pair> out;
    out.reserve(map.size());
    for (const auto& [name, value] : map) {
        out.push_back({.name = name, .value = value});
    }
    return out;
}

/// False when the names are not in strictly rising order, which an encoder never writes.
bool take_pairs(std::vector<Pair>&& pairs, TextMap& map) {
    for (Pair& pair : pairs) {
        if (!map.empty() && pair.name <= map.rbegin()->first) {
            return false;
        }
        map.emplace_hint(map.end(), std::move(pair.name), std::move(pair.value));
    }
    return true;
}

Error corrupt(std::size_t size, std::string_view what) {
    return Error(
               Code::kCorrupt,
               "an outbox row of " + std::to_string(size) + " bytes " + std::string(what)
    )
        .context("decode an alert transition");
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
    switch (kind) {
        case Kind::kPending:
            return "pending";
        case Kind::kFiring:
            return "firing";
        case Kind::kResolved:
            return "resolved";
        case Kind::kRetracted:
            return "retracted";
    }
    return "unknown";
}

std::string Transition::key() const {
    std::string out = fingerprint + "/" + episode + "/";
    if (news == News::kTakenBack) {
        out += "retracted-news";
    } else {
        out += kind_name(kind);
    }
    if (kind == Kind::kRetracted) {
        out += "-";
        out += kind_name(retracts);
    }
    out += "@" + block.tag();
    if (occurrence > 0) {
        out += "." + std::to_string(occurrence);
    }
    return out;
}

bool takes_back_repeat(const Transition& transition) noexcept {
    return transition.kind == Kind::kRetracted && transition.repeated;
}

Bytes encode(const Transition& transition) {
    StoredTransition stored;
    stored.fingerprint = transition.fingerprint;
    stored.episode = transition.episode;
    stored.kind = transition.kind;
    stored.retracts = transition.retracts;
    stored.block = transition.block;
    stored.block_timestamp_s = transition.block_timestamp_s;
    stored.occurrence = transition.occurrence;
    stored.severity = transition.severity;
    stored.rule = transition.rule;
    stored.summary = transition.summary;
    stored.labels = pairs_of(transition.labels);
    stored.figures = pairs_of(transition.figures);
    stored.endpoints = transition.evidence.endpoints;
    stored.finality = transition.evidence.finality;
    ledger::Encoder encoder;
    encoder.put(kLayout);
    encoder.put(stored);
    encoder.put(transition.wait_for);
    encoder.put(transition.evidence.checks);
    encoder.put(transition.evidence.doubt);
    encoder.put(pairs_of(transition.inputs));
    encoder.put(transition.since_s);
    encoder.put(told_again(transition));
    encoder.put(transition.runbook);
    encoder.put(transition.group);
    encoder.put(transition.contributors);
    encoder.put(transition.price_ages);
    return encoder.take();
}

Result<Transition> decode_transition(BytesView bytes) {
    if (bytes.empty()) {
        return corrupt(bytes.size(), "is empty");
    }
    if (bytes[0] < kLayoutWithoutWait || bytes[0] > kLayout) {
        return corrupt(bytes.size(), "has the unknown layout " + std::to_string(bytes[0]))
            .advise("It may be of a newer faultline: run that one on this data folder");
    }
    StoredTransition stored;
    ledger::Decoder decoder(bytes.subspan(1));
    decoder.get(stored);
    Transition out;
    if (bytes[0] >= kLayoutWithoutChecks) {
        decoder.get(out.wait_for);
    }
    if (bytes[0] >= kLayoutWithoutInputs) {
        decoder.get(out.evidence.checks);
        decoder.get(out.evidence.doubt);
    }
    std::vector<Pair> inputs;
    if (bytes[0] >= kLayoutWithoutContributors) {
        decoder.get(inputs);
        decoder.get(out.since_s);
        TellsAgain again = TellsAgain::kNo;
        decoder.get(again);
        out.repeated = again != TellsAgain::kNo;
        out.news = news_of(again);
        decoder.get(out.runbook);
        decoder.get(out.group);
    }
    if (bytes[0] == kLayout) {
        decoder.get(out.contributors);
        decoder.get(out.price_ages);
    }
    if (!decoder.finished() || !take_pairs(std::move(inputs), out.inputs) ||
        !take_pairs(std::move(stored.labels), out.labels) ||
        !take_pairs(std::move(stored.figures), out.figures)) {
        return corrupt(bytes.size(), "is not a transition");
    }
    out.fingerprint = std::move(stored.fingerprint);
    out.episode = std::move(stored.episode);
    out.kind = stored.kind;
    out.retracts = stored.retracts;
    out.block = stored.block;
    out.block_timestamp_s = stored.block_timestamp_s;
    out.occurrence = stored.occurrence;
    out.severity = stored.severity;
    out.rule = std::move(stored.rule);
    out.summary = std::move(stored.summary);
    out.evidence.endpoints = std::move(stored.endpoints);
    out.evidence.finality = stored.finality;
    return out;
}

}  // namespace faultline::alerts
