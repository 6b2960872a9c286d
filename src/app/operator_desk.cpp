// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/api/operator_view.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/desk/desk.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/config_types.hpp>
#include <app/operator_desk.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::app {
namespace {

using namespace config;
using alerts::Silence;
using runtime::Task;

constexpr std::size_t kLongestAuthor = 100;
constexpr std::size_t kLongestReason = 1'000;
constexpr std::size_t kMostMatchers = 32;

/// Phases of api::ActiveAlert.
constexpr std::string_view kPending = "pending";
constexpr std::string_view kFiring = "firing";

/// A silence as it is asked for.
struct AskedSilence {
    std::vector<alerts::Matcher> matchers;
    std::string author;
    std::string reason;
    std::optional<Duration> duration;
    std::optional<UnixSeconds> starts_at;
    std::optional<UnixSeconds> ends_at;
};

/// Who does something, and why.
struct Signed {
    std::string author;
    std::string reason;
    std::string comment;
};

Type<UnixSeconds> time_type() {
    return scalar<UnixSeconds>(
        "time such as 2026-11-30T09:00:00Z",
        [](std::string_view text) -> Result<UnixSeconds> {
            const auto at = api::parse_as_of(text);
            const UnixSeconds* time = at ? std::get_if<UnixSeconds>(&*at) : nullptr;
            return time == nullptr ? Result<UnixSeconds>(wrong()) : *time;
        },
        [](const UnixSeconds&) { return std::string(); }
    );
}

/// A text for whoever reads the trail later: there has to be something to see in it.
Type<std::string> said_text(const std::string& name, std::size_t longest) {
    Type<std::string> out = text(name, 1, longest);
    const auto read = out.read;
    out.read = [name, read](Reader& reader, const Node& node) {
        auto given = read(reader, node);
        if (given && alerts::blank(*given)) {
            reader.refuse(node, name, "blank");
            given.reset();
        }
        return given;
    };
    return out;
}

template <class T>
void add_author(Section<T>& out) {
    out.required({.name = "author", .text = "Who."}, &T::author, said_text("name", kLongestAuthor));
}

Section<AskedSilence> silence_section() {
    Section<AskedSilence> out("silence", "");
    out.required(
        {.name = "matchers", .text = "Of what."},
        &AskedSilence::matchers,
        list_of(matcher_type(), {.least = 1, .most = kMostMatchers})
    );
    add_author(out);
    out.required(
        {.name = "reason", .text = "Why."},
        &AskedSilence::reason,
        said_text("reason", kLongestReason)
    );
    out.optional(
        {.name = "duration", .text = "How long."},
        &AskedSilence::duration,
        maybe(duration(std::chrono::seconds(1), std::chrono::days(90)))
    );
    out.optional(
        {.name = "starts_at", .text = "From when."}, &AskedSilence::starts_at, maybe(time_type())
    );
    out.optional(
        {.name = "ends_at", .text = "Until when."}, &AskedSilence::ends_at, maybe(time_type())
    );
    return out;
}

Section<Signed> expiry_section() {
    Section<Signed> out("end of a silence", "");
    add_author(out);
    out.required(
        {.name = "reason", .text = "Why."}, &Signed::reason, said_text("reason", kLongestReason)
    );
    return out;
}

Section<Signed> acknowledgement_section() {
    Section<Signed> out("acknowledgement", "");
    add_author(out);
    out.optional(
        {.name = "comment", .text = "What is being done."},
        &Signed::comment,
        text("comment", 0, kLongestReason)
    );
    return out;
}

/// JSON is YAML. What a client sends has no variables and no files to name.
template <class T>
Result<T> read_body(const Section<T>& section, const std::string& body) {
    const Surroundings nothing{
        .variable = [](const std::string&) { return std::optional<std::string>(); },
        .read_file = [](const std::string&) -> Result<std::string> {
            return wrong();
        }
    };
    Problems problems;
    std::optional<T> out;
    if (const auto node = parse_document("body", body, problems)) {
        Reader reader(nothing, problems, "body");
        out = section.read(reader, *node);
    }
    if (out && !problems.failed()) {
        return *std::move(out);
    }
    std::string all;
    for (const Problem& problem : problems.take()) {
        all += (all.empty() ? "" : "; ") + problem.message();
    }
    return Error(Code::kInvalid, std::move(all));
}

UnixMillis millis(UnixSeconds at) {
    constexpr std::int64_t kMillis = 1000;
    return {static_cast<std::int64_t>(at.value) * kMillis};
}

Result<Silence> silence_of(AskedSilence asked, UnixMillis now) {
    if (asked.duration.has_value() == asked.ends_at.has_value()) {
        return Error(Code::kInvalid, "a silence needs a duration or ends_at, and not both");
    }
    Silence out;
    out.matchers = std::move(asked.matchers);
    out.author = std::move(asked.author);
    out.reason = std::move(asked.reason);
    out.starts = asked.starts_at ? millis(*asked.starts_at) : now;
    if (asked.ends_at) {
        out.ends = millis(*asked.ends_at);
    } else {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*asked.duration);
        out.ends = {out.starts.value + ms.count()};
    }
    if (out.ends.value <= now.value) {
        return Error(Code::kInvalid, "the silence would be over already");
    }
    return out;
}

api::SilenceFigures shown(const Silence& silence, UnixMillis now) {
    api::SilenceFigures out{
        .id = silence.id,
        .state = std::string(alerts::state_name(alerts::state_of(silence, now))),
        .matchers = {},
        .author = silence.author,
        .reason = silence.reason,
        .created = silence.created,
        .starts = silence.starts,
        .ends = silence.ends
    };
    for (const alerts::Matcher& matcher : silence.matchers) {
        out.matchers.push_back(matcher.text());
    }
    return out;
}

}  // namespace

OperatorDesk::OperatorDesk(
    desk::Desk& desk, std::vector<api::ChainView*> chains, const runtime::Clock& clock
)
    : desk_(desk), chains_(std::move(chains)), clock_(clock) {}

std::vector<api::SilenceFigures> OperatorDesk::silences() const {
    std::vector<api::SilenceFigures> out;
    for (const auto& [id, silence] : desk_.decisions().silences()) {
        out.push_back(shown(silence, clock_.wall_now()));
    }
    return out;
}

Task<Result<api::SilenceFigures>> OperatorDesk::silence(std::string body) {
    FAULTLINE_CO_TRY(AskedSilence asked, read_body(silence_section(), body));
    FAULTLINE_CO_TRY(Silence wanted, silence_of(std::move(asked), clock_.wall_now()));
    FAULTLINE_CO_TRY(const Silence added, co_await desk_.add(std::move(wanted)));
    co_return shown(added, clock_.wall_now());
}

Task<Result<api::SilenceFigures>> OperatorDesk::expire(std::string id, std::string body) {
    const auto number = parse_integer(id);
    if (!number) {
        co_return Error(Code::kMissing, "there is no silence " + quoted(id));
    }
    FAULTLINE_CO_TRY(Signed by, read_body(expiry_section(), body));
    FAULTLINE_CO_TRY(
        const Silence ended,
        co_await desk_.expire(*number, std::move(by.author), std::move(by.reason))
    );
    co_return shown(ended, clock_.wall_now());
}

Task<Result<std::vector<api::AcknowledgedFigures>>> OperatorDesk::acknowledge(
    std::string fingerprint, std::string body
) {
    FAULTLINE_CO_TRY(const Signed by, read_body(acknowledgement_section(), body));
    std::vector<api::AcknowledgedFigures> out;
    std::optional<Error> failure;
    bool pending = false;
    for (api::ChainView* chain : chains_) {
        const auto page = co_await chain->alerts();
        if (!page) {
            failure = page.error();
            continue;
        }
        for (const api::ActiveAlert& alert : page->alerts) {
            // What has not fired yet nobody can have in hand: nobody was told of it.
            pending = pending || (alert.fingerprint == fingerprint && alert.phase == kPending);
            if (alert.fingerprint == fingerprint && alert.phase == kFiring) {
                out.push_back(
                    {.chain = chain->name(),
                     .fingerprint = fingerprint,
                     .rule = alert.rule,
                     .episode = alert.began.tag()}
                );
            }
        }
    }
    if (out.empty() && pending) {
        co_return Error(
            Code::kRejected,
            "the alert " + quoted(fingerprint) + " is pending: it does not fire yet"
        )
            .advise("Acknowledge it when it fires, or silence it");
    }
    if (out.empty()) {
        co_return failure
            ? *std::move(failure)
            : Error(
                  Code::kMissing, "no alert with the fingerprint " + quoted(fingerprint) + " fires"
              )
                  .advise("/v1/alerts has those that are");
    }
    for (const api::AcknowledgedFigures& one : out) {
        alerts::Acknowledgement acknowledged{
            .chain = one.chain,
            .fingerprint = one.fingerprint,
            .episode = one.episode,
            .author = by.author,
            .comment = by.comment,
            .at = {}
        };
        FAULTLINE_CO_TRY_VOID(co_await desk_.acknowledge(std::move(acknowledged), one.rule));
    }
    co_return out;
}

std::vector<api::OperationFigures> OperatorDesk::operations(std::size_t most) const {
    std::vector<api::OperationFigures> out;
    for (desk::Operation& one : desk_.operations(most)) {
        out.push_back(
            {.sequence = one.sequence,
             .at = one.at,
             .what = std::move(one.what),
             .who = std::move(one.who),
             .about = std::move(one.about),
             .why = std::move(one.why)}
        );
    }
    return out;
}

}  // namespace faultline::app
