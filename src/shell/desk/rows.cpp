// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/desk/desk.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::desk::rows {
namespace {

constexpr std::uint8_t kLayout = 1;

struct StoredSilence {
    std::uint64_t id = 0;
    std::vector<std::string> matchers;
    std::string author;
    std::string reason;
    std::uint64_t created_ms = 0;
    std::uint64_t starts_ms = 0;
    std::uint64_t ends_ms = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.id,
            self.matchers,
            self.author,
            self.reason,
            self.created_ms,
            self.starts_ms,
            self.ends_ms
        );
    }
};

struct StoredAcknowledgement {
    std::string chain;
    std::string fingerprint;
    std::string episode;
    std::string author;
    std::string comment;
    std::uint64_t at_ms = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.chain, self.fingerprint, self.episode, self.author, self.comment, self.at_ms
        );
    }
};

struct StoredOperation {
    std::uint64_t sequence = 0;
    std::uint64_t at_ms = 0;
    std::string what;
    std::string who;
    std::string about;
    std::string why;

    auto fields(this auto& self) {
        return std::tie(self.sequence, self.at_ms, self.what, self.who, self.about, self.why);
    }
};

std::uint64_t stored(UnixMillis at) {
    return static_cast<std::uint64_t>(at.value);
}

UnixMillis read(std::uint64_t ms) {
    return {static_cast<std::int64_t>(ms)};
}

template <class T>
Bytes with_layout(const T& value) {
    ledger::Encoder encoder;
    encoder.put(kLayout);
    encoder.put(value);
    return encoder.take();
}

template <class T>
Result<T> without_layout(BytesView bytes) {
    if (bytes.empty() || bytes[0] != kLayout) {
        return Error(Code::kCorrupt, "a row of the operators' store has an unknown layout")
            .advise("It may be of a newer faultline: run that one on this data folder");
    }
    return ledger::decode<T>(bytes.subspan(1));
}

void append(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

}  // namespace

Bytes numbered(std::string_view prefix, std::uint64_t number) {
    Bytes out;
    append(out, prefix);
    const Bytes digits = ledger::encode(number);
    out.insert(out.end(), digits.begin(), digits.end());
    return out;
}

Bytes acknowledged(const alerts::Acknowledgement& acknowledged) {
    Bytes out;
    append(out, kAcknowledged);
    append(out, acknowledged.chain + "/" + acknowledged.fingerprint + "/" + acknowledged.episode);
    return out;
}

Bytes encode(const alerts::Silence& silence) {
    StoredSilence out{
        .id = silence.id,
        .matchers = {},
        .author = silence.author,
        .reason = silence.reason,
        .created_ms = stored(silence.created),
        .starts_ms = stored(silence.starts),
        .ends_ms = stored(silence.ends)
    };
    for (const alerts::Matcher& matcher : silence.matchers) {
        out.matchers.push_back(matcher.text());
    }
    return with_layout(out);
}

Bytes encode(const alerts::Acknowledgement& acknowledged) {
    return with_layout(StoredAcknowledgement{
        .chain = acknowledged.chain,
        .fingerprint = acknowledged.fingerprint,
        .episode = acknowledged.episode,
        .author = acknowledged.author,
        .comment = acknowledged.comment,
        .at_ms = stored(acknowledged.at)
    });
}

Bytes encode(const Operation& operation) {
    return with_layout(StoredOperation{
        .sequence = operation.sequence,
        .at_ms = stored(operation.at),
        .what = operation.what,
        .who = operation.who,
        .about = operation.about,
        .why = operation.why
    });
}

Result<alerts::Silence> decode_silence(BytesView bytes) {
    FAULTLINE_TRY(StoredSilence read_row, without_layout<StoredSilence>(bytes));
    alerts::Silence out;
    out.id = read_row.id;
    out.author = std::move(read_row.author);
    out.reason = std::move(read_row.reason);
    out.created = read(read_row.created_ms);
    out.starts = read(read_row.starts_ms);
    out.ends = read(read_row.ends_ms);
    for (const std::string& text : read_row.matchers) {
        auto matcher = alerts::Matcher::parse(text);
        if (!matcher) {
            return Error(Code::kCorrupt, "a stored silence: " + matcher.error().message());
        }
        out.matchers.push_back(*std::move(matcher));
    }
    return out;
}

Result<alerts::Acknowledgement> decode_acknowledged(BytesView bytes) {
    FAULTLINE_TRY(StoredAcknowledgement row, without_layout<StoredAcknowledgement>(bytes));
    return alerts::Acknowledgement{
        .chain = std::move(row.chain),
        .fingerprint = std::move(row.fingerprint),
        .episode = std::move(row.episode),
        .author = std::move(row.author),
        .comment = std::move(row.comment),
        .at = read(row.at_ms)
    };
}

Result<Operation> decode_operation(BytesView bytes) {
    FAULTLINE_TRY(StoredOperation row, without_layout<StoredOperation>(bytes));
    return Operation{
        .sequence = row.sequence,
        .at = read(row.at_ms),
        .what = std::move(row.what),
        .who = std::move(row.who),
        .about = std::move(row.about),
        .why = std::move(row.why)
    };
}

}  // namespace faultline::desk::rows
