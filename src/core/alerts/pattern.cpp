// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/pattern.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

using State = Pattern::State;
using Bytes256 = std::bitset<256>;

std::size_t index_of(char byte) {
    return static_cast<unsigned char>(byte);
}

Bytes256 range(char first, char last) {
    Bytes256 out;
    for (std::size_t i = index_of(first); i <= index_of(last); ++i) {
        out.set(i);
    }
    return out;
}

/// What stands behind a backslash; nullopt when that means nothing.
std::optional<Bytes256> escaped(char mark) {
    switch (mark) {
        case 'd':
            return range('0', '9');
        case 'w':
            return range('0', '9') | range('a', 'z') | range('A', 'Z') | range('_', '_');
        case 's':
            return range('\t', '\r') | range(' ', ' ');
        default:
            break;
    }
    constexpr std::string_view kMarks = R"(\.[](){}|*+?^$-/"')";
    return kMarks.contains(mark) ? std::optional(range(mark, mark)) : std::nullopt;
}

/// A piece of the machine with ways out that lead nowhere yet.
struct Piece {
    std::uint32_t first = 0;
    /// A state, and whether it is its `other` way.
    std::vector<std::pair<std::uint32_t, bool>> ends;
};

/// Thompson's construction, by Cox's stack machine: no recursion, whatever is nested.
class Builder {
  public:
    explicit Builder(std::string_view text) : text_(text) {}

    Result<std::uint32_t> build() {
        while (at_ < text_.size()) {
            FAULTLINE_TRY_VOID(step());
        }
        if (!groups_.empty()) {
            return wrong("a ( is not closed");
        }
        close_alternatives();
        const std::uint32_t end = add({.kind = State::Kind::kEnd, .bytes = {}});
        lead(pieces_.back(), end);
        return pieces_.back().first;
    }

    [[nodiscard]] std::vector<State> take() { return std::move(states_); }

  private:
    struct Group {
        std::size_t parts = 0;         ///< Pieces on the stack that follow each other.
        std::size_t alternatives = 0;  ///< Before them.
    };

    static constexpr std::size_t kMostNested = 32;

    [[nodiscard]] Error wrong(std::string what) const {
        return {
            Code::kInvalid,
            "in the expression \"" + std::string(text_) + "\" " + std::move(what) + " (byte " +
                std::to_string(at_) + ")"
        };
    }

    std::uint32_t add(State state) {
        states_.push_back(state);
        return static_cast<std::uint32_t>(states_.size() - 1);
    }

    void lead(const Piece& piece, std::uint32_t to) {
        for (const auto& [state, other] : piece.ends) {
            (other ? states_[state].other : states_[state].next) = to;
        }
    }

    Result<void> step() {
        const char mark = text_[at_++];
        switch (mark) {
            case '(':
                return open();
            case ')':
                return close();
            case '|':
                if (now_.parts == 0) {
                    push_nothing();
                }
                join_parts();
                ++now_.alternatives;
                now_.parts = 0;
                return {};
            case '*':
            case '+':
            case '?':
                return now_.parts == 0 ? Result<void>(wrong("nothing stands before a repetition"))
                                       : repeat(mark);
            case '[':
                return take_set();
            case '\\':
                return take_escape();
            case '.':
                push(~Bytes256());
                return {};
            case '{':
            case '}':
            case '^':
            case '$':
                return wrong("a mark without meaning here needs a \\ before it");
            default:
                push(range(mark, mark));
                return {};
        }
    }

    Result<void> open() {
        if (groups_.size() == kMostNested) {
            return wrong("groups are nested too deep");
        }
        if (text_.substr(at_).starts_with("?")) {
            return wrong("a group has no options");
        }
        groups_.push_back(now_);
        now_ = {};
        return {};
    }

    Result<void> close() {
        if (groups_.empty()) {
            return wrong("a ) has no (");
        }
        close_alternatives();
        now_ = groups_.back();
        groups_.pop_back();
        ++now_.parts;
        return {};
    }

    Result<void> take_escape() {
        const auto bytes = at_ < text_.size() ? escaped(text_[at_]) : std::nullopt;
        if (!bytes) {
            return wrong("a \\ has nothing behind it that it could change");
        }
        ++at_;
        push(*bytes);
        return {};
    }

    /// What stands in a set: a byte, or what a \ stands for. `byte` is the last of the text.
    struct Member {
        Bytes256 bytes;
        char byte = 0;
    };

    Result<Member> take_member() {
        if (at_ >= text_.size()) {
            return wrong("a [ is not closed");
        }
        const char byte = text_[at_++];
        if (byte != '\\') {
            return Member{.bytes = range(byte, byte), .byte = byte};
        }
        const auto bytes = at_ < text_.size() ? escaped(text_[at_]) : std::nullopt;
        if (!bytes) {
            return wrong("a \\ has nothing behind it that it could change");
        }
        return Member{.bytes = *bytes, .byte = text_[at_++]};
    }

    /// The member before a `-`, which turned out to begin a range.
    Result<Bytes256> take_range(const Member& first) {
        ++at_;
        auto last = take_member();
        if (!last) {
            return std::move(last).error();
        }
        if (first.bytes.count() != 1 || last->bytes.count() != 1) {
            return wrong("a range is not between two bytes");
        }
        return range(first.byte, last->byte);
    }

    Result<void> take_set() {
        const bool inverted = text_.substr(at_).starts_with("^");
        at_ += inverted ? 1 : 0;
        Bytes256 bytes;
        while (at_ >= text_.size() || text_[at_] != ']') {
            const auto member = take_member();
            if (!member) {
                return member.error();
            }
            const std::string_view rest = text_.substr(at_);
            const bool ranges = rest.size() > 1 && rest[0] == '-' && rest[1] != ']';
            const auto taken = ranges ? take_range(*member) : Result<Bytes256>(member->bytes);
            if (!taken) {
                return taken.error();
            }
            bytes |= *taken;
        }
        ++at_;
        if (bytes.none()) {
            return wrong("a set is empty, or its range is the wrong way round");
        }
        push(inverted ? ~bytes : bytes);
        return {};
    }

    void push(const Bytes256& bytes) {
        const std::uint32_t state = add({.kind = State::Kind::kByte, .bytes = bytes});
        pieces_.push_back({.first = state, .ends = {{state, false}}});
        ++now_.parts;
    }

    void push_nothing() {
        const std::uint32_t state = add({.kind = State::Kind::kFork, .bytes = {}});
        pieces_.push_back({.first = state, .ends = {{state, false}}});
        ++now_.parts;
    }

    void join_parts() {
        for (; now_.parts > 1; --now_.parts) {
            const Piece second = std::move(pieces_.back());
            pieces_.pop_back();
            lead(pieces_.back(), second.first);
            pieces_.back().ends = second.ends;
        }
    }

    void close_alternatives() {
        if (now_.parts == 0) {
            push_nothing();
        }
        join_parts();
        for (; now_.alternatives > 0; --now_.alternatives) {
            const Piece second = std::move(pieces_.back());
            pieces_.pop_back();
            Piece& first = pieces_.back();
            first.first = add(
                {.kind = State::Kind::kFork, .bytes = {}, .next = first.first, .other = second.first
                }
            );
            first.ends.insert(first.ends.end(), second.ends.begin(), second.ends.end());
        }
    }

    Result<void> repeat(char mark) {
        Piece& piece = pieces_.back();
        const std::uint32_t fork =
            add({.kind = State::Kind::kFork, .bytes = {}, .next = piece.first});
        if (mark == '?') {
            piece.ends.emplace_back(fork, true);
            piece.first = fork;
            return {};
        }
        lead(piece, fork);
        piece.ends = {{fork, true}};
        piece.first = mark == '*' ? fork : piece.first;
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<State> states_;
    std::vector<Piece> pieces_;
    Group now_;
    std::vector<Group> groups_;
};

/// The states that wait for a byte, or for the end, each once.
class Waiting {
  public:
    explicit Waiting(std::size_t states) : seen_(states) {}

    void reach(const std::vector<State>& states, std::uint32_t first) {
        std::vector<std::uint32_t> open{first};
        while (!open.empty()) {
            const std::uint32_t at = open.back();
            open.pop_back();
            if (at == State::kNowhere || seen_[at]) {
                continue;
            }
            seen_[at] = true;
            if (states[at].kind == State::Kind::kFork) {
                open.push_back(states[at].next);
                open.push_back(states[at].other);
            } else {
                states_.push_back(at);
            }
        }
    }

    [[nodiscard]] const std::vector<std::uint32_t>& states() const noexcept { return states_; }

  private:
    std::vector<bool> seen_;
    std::vector<std::uint32_t> states_;
};

}  // namespace

Result<Pattern> Pattern::compile(std::string_view text) {
    if (text.size() > kMostBytes) {
        return Error(
            Code::kInvalid,
            "an expression has " + std::to_string(text.size()) + " bytes, more than " +
                std::to_string(kMostBytes)
        );
    }
    Builder builder(text);
    FAULTLINE_TRY(const std::uint32_t first, builder.build());
    return Pattern(builder.take(), first);
}

bool Pattern::matches(std::string_view text) const {
    Waiting now(states_.size());
    now.reach(states_, first_);
    for (const char byte : text) {
        Waiting next(states_.size());
        for (const std::uint32_t at : now.states()) {
            if (states_[at].kind == State::Kind::kByte && states_[at].bytes.test(index_of(byte))) {
                next.reach(states_, states_[at].next);
            }
        }
        now = std::move(next);
    }
    for (const std::uint32_t at : now.states()) {
        if (states_[at].kind == State::Kind::kEnd) {
            return true;
        }
    }
    return false;
}

}  // namespace faultline::alerts
