// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace faultline::config {
namespace {

std::optional<std::string> environment_variable(const std::string& name) {
    // Read before any thread is started, and nothing in this program sets variables.
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> read_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return Error(Code::kUnavailable, "cannot read " + path + ": it is a folder");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        const Code code = errno == ENOENT ? Code::kMissing : Code::kUnavailable;
        return Error(code, "cannot read " + path + ": " + std::generic_category().message(errno));
    }
    std::string text(DocumentLimits::kBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) {
        return Error(Code::kUnavailable, "cannot read " + path);
    }
    if (text.size() > DocumentLimits::kBytes) {
        return Error(Code::kUnavailable, "cannot read " + path + ": it is larger than 1 MiB");
    }
    return text;
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
    std::error_code error;
    std::vector<std::string> out;
    for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_regular_file(error)) {
            out.push_back(entry->path().filename().string());
        }
    }
    if (error) {
        const Code code =
            error == std::errc::no_such_file_or_directory ? Code::kMissing : Code::kUnavailable;
        return Error(code, "cannot read folder " + path + ": " + error.message());
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &found->value;
}

Surroundings process_surroundings() {
    return {.variable = environment_variable, .read_file = read_file, .list_folder = list_folder};
}

std::string beside(const std::string& file, const std::string& path) {
    return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace faultline::config
