// SPDX-License-Identifier: Apache-2.0
#include "frames.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/tape/line_reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::tape {
namespace {

/// No block comes near; what is longer is not a tape, and memory stays bounded.
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20U;

struct FirstField {
    std::string_view name;
    LineKind kind;
};

/// No two kinds have a field in common, so whichever comes first tells the kind.
constexpr std::array<FirstField, 10> kFirstFields{{
    {"header", LineKind::kApplied},
    {"logs", LineKind::kApplied},
    {"calls", LineKind::kApplied},
    {"truth", LineKind::kApplied},
    {"reverted", LineKind::kReverted},
    {"tape", LineKind::kManifest},
    {"chainId", LineKind::kManifest},
    {"about", LineKind::kManifest},
    {"seed", LineKind::kManifest},
    {"manifest", LineKind::kManifest},
}};

/// The name of the first field of a JSON object; empty when it is no object with a plain name.
std::string_view first_field(std::string_view json) {
    constexpr std::string_view kSpace = " \t\r";
    const auto skip_space = [&] {
        json.remove_prefix(std::min(json.find_first_not_of(kSpace), json.size()));
    };
    skip_space();
    if (!json.starts_with('{')) {
        return {};
    }
    json.remove_prefix(1);
    skip_space();
    if (!json.starts_with('"')) {
        return {};
    }
    json.remove_prefix(1);
    const std::size_t end = json.find('"');
    return end == std::string_view::npos ? std::string_view() : json.substr(0, end);
}

std::optional<LineKind> kind_of(std::string_view json) {
    const auto found = std::ranges::find(kFirstFields, first_field(json), &FirstField::name);
    return found == kFirstFields.end() ? std::nullopt : std::optional(found->kind);
}

class ZstdLineReader final : public LineReader {
  public:
    ZstdLineReader(std::string path, FrameReader frames)
        : path_(std::move(path)), frames_(std::move(frames)) {}

    Result<std::optional<Line>> next() override;

    [[nodiscard]] const std::optional<std::string>& cut() const override { return cut_; }

    [[nodiscard]] std::string place() const override {
        return path_ + ":" + std::to_string(std::max<std::size_t>(number_, 1));
    }

    [[nodiscard]] const std::string& path() const override { return path_; }

  private:
    Result<std::optional<Line>> advance();
    Result<std::optional<Line>> ended(FrameReader::More how);
    Result<std::optional<Line>> line(std::string_view json);

    [[nodiscard]] Error wrong(Error error) const { return std::move(error).context(place()); }

    std::string path_;
    FrameReader frames_;
    std::string buffer_;
    std::size_t begin_ = 0;  ///< Of what was not given yet.
    std::size_t number_ = 0;
    bool ended_ = false;
    std::optional<std::string> cut_;
    std::optional<Error> failed_;
};

Result<std::optional<Line>> ZstdLineReader::next() {
    if (failed_) {
        return Error(*failed_);
    }
    if (ended_) {
        return std::optional<Line>();
    }
    Result<std::optional<Line>> result = advance();
    if (!result) {
        failed_ = result.error();
    }
    return result;
}

Result<std::optional<Line>> ZstdLineReader::advance() {
    std::size_t searched = begin_;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            const std::string_view json = std::string_view(buffer_).substr(begin_, end - begin_);
            begin_ = end + 1;
            ++number_;
            return line(json);
        }
        buffer_.erase(0, std::exchange(begin_, 0));
        searched = buffer_.size();
        if (buffer_.size() > kMaxLineBytes) {
            ++number_;
            return wrong(Error(Code::kInvalid, "the line is longer than 64 MiB, so this is no tape")
                             .advise("name a file that faultline record wrote"));
        }
        auto more = frames_.read(buffer_);
        if (!more) {
            ++number_;
            return wrong(std::move(more).error());
        }
        if (*more != FrameReader::More::kYes) {
            return ended(*more);
        }
    }
}

Result<std::optional<Line>> ZstdLineReader::ended(FrameReader::More how) {
    if (how == FrameReader::More::kCut) {
        // A recording ends the manifest's frame before anything else, so what has no whole frame is
        // a copy that is not whole.
        if (frames_.whole_frames() == 0) {
            ++number_;
            return wrong(Error(Code::kInvalid, "the file ends in the middle of the tape")
                             .advise("copy or record the tape again"));
        }
        ended_ = true;
        cut_ =
            path_ + ": ends within a frame after line " + std::to_string(number_) +
            ", as when its recording was killed" +
            (buffer_.empty() ? ""
                             : "; a part of line " + std::to_string(number_ + 1) + " was left out");
        return std::optional<Line>();
    }
    if (!buffer_.empty()) {
        ++number_;
        begin_ = buffer_.size();
        return line(buffer_);
    }
    ended_ = true;
    if (number_ == 0) {
        return wrong(Error(Code::kInvalid, "there is nothing in it, so this is no tape")
                         .advise("copy or record it again"));
    }
    return std::optional<Line>();
}

Result<std::optional<Line>> ZstdLineReader::line(std::string_view json) {
    const std::optional<LineKind> kind = kind_of(json);
    if (number_ == 1 && kind != LineKind::kManifest) {
        return wrong(Error(Code::kInvalid, "not a tape: the first line has no \"tape\" version")
                         .advise("name a file that faultline record wrote"));
    }
    if (!kind || (number_ != 1 && kind == LineKind::kManifest)) {
        return wrong(Error(
                         Code::kInvalid,
                         "the line is neither an applied block (\"header\", \"logs\", ...) nor a "
                         "\"reverted\" one"
        )
                         .advise("copy or record the tape again"));
    }
    return std::optional(Line{.kind = *kind, .number = number_, .json = json});
}

}  // namespace

Result<std::unique_ptr<LineReader>> open_tape(const std::string& path) {
    Result<FrameReader> frames = FrameReader::open(path);
    if (!frames) {
        return std::move(frames).error().context(path);
    }
    return std::unique_ptr<LineReader>(std::make_unique<ZstdLineReader>(path, *std::move(frames)));
}

}  // namespace faultline::tape
