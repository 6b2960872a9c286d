// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::tape {
namespace {

constexpr std::string_view kFacts = "manifest.";

Error wrong(const LineReader& reader, std::string what, std::string advice) {
    return Error(Code::kInvalid, reader.place() + ": " + std::move(what)).advise(std::move(advice));
}

}  // namespace

const std::string* Manifest::find(const std::string& path) const {
    const auto found = facts.find(path);
    return found == facts.end() ? nullptr : &found->second;
}

Result<Manifest> read_manifest(LineReader& reader) {
    FAULTLINE_TRY(const std::optional<Line> line, reader.next());
    if (!line) {
        return wrong(reader, "there is no line in it", "copy or record the tape again");
    }
    auto fields = rpc::flatten_json(line->json);
    if (!fields) {
        return wrong(reader, fields.error().message(), "copy or record the tape again");
    }
    const auto version = fields->find("tape");
    if (version == fields->end()) {
        return wrong(
            reader,
            "not a tape: the first line has no \"tape\" version",
            "name a file that faultline record wrote"
        );
    }
    if (version->second != std::to_string(kVersion)) {
        return wrong(
            reader,
            "the tape is of version " + version->second + ", and this build reads version " +
                std::to_string(kVersion),
            "use the faultline that wrote it, or record it again"
        );
    }
    Manifest manifest;
    const auto chain_id = quantity_from_hex((*fields)["chainId"]);
    if (!chain_id) {
        return wrong(
            reader, "the field chainId is missing or no quantity", "copy or record the tape again"
        );
    }
    manifest.chain_id = *chain_id;
    manifest.about = (*fields)["about"];
    for (auto& [path, text] : *fields) {
        if (path.starts_with(kFacts)) {
            manifest.facts.emplace(path.substr(kFacts.size()), std::move(text));
        }
    }
    return manifest;
}

}  // namespace faultline::tape
