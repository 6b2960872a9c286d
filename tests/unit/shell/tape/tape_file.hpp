// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/line_writer.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::tests {

/// A file in a folder of its own that goes away with it.
class TapeFile {
  public:
    TapeFile() {
        std::string pattern = std::filesystem::temp_directory_path() / "faultline_tape_XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        folder_ = pattern;
    }

    TapeFile(const TapeFile&) = delete;
    TapeFile& operator=(const TapeFile&) = delete;

    ~TapeFile() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return folder_ / "tape.jsonl.zst"; }

    void put(std::string_view bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

    [[nodiscard]] std::string bytes() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// Writes whole lines as a recording does. Without `close`, as one that was killed.
    void record(const std::vector<std::string>& lines, bool close = true) const {
        auto writer = tape::create_tape(path());
        if (!writer) {
            throw std::runtime_error(writer.error().message());
        }
        for (const std::string& line : lines) {
            if (auto written = (*writer)->write(line); !written) {
                throw std::runtime_error(written.error().message());
            }
        }
        if (close && !(*writer)->close()) {
            throw std::runtime_error("close");
        }
    }

  private:
    std::filesystem::path folder_;
};

/// What reading a file gave: its lines, then how it ended.
struct ReadBack {
    std::vector<std::string> lines;
    std::vector<tape::LineKind> kinds;
    std::string error;
    std::string cut;
};

inline ReadBack read_back(const std::string& path) {
    ReadBack back;
    auto reader = tape::open_tape(path);
    if (!reader) {
        back.error = reader.error().message();
        return back;
    }
    for (;;) {
        auto line = (*reader)->next();
        if (!line) {
            back.error = line.error().message();
            return back;
        }
        if (!*line) {
            back.cut = (*reader)->cut().value_or("");
            return back;
        }
        back.lines.emplace_back((*line)->json);
        back.kinds.push_back((*line)->kind);
    }
}

}  // namespace faultline::tests
