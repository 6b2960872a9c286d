// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <algorithm>
#include <app/dexposure_categories.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {

namespace {

struct Field {
    std::string text;
    std::size_t column = 1;  ///< Where it begins, in bytes from 1.
};

}  // namespace

/// One table being read; knows where it is.
class CategoryReader {
  public:
    CategoryReader(std::istream& in, const std::string& name) : in_(in), name_(name) {}

    Result<DexposureCategories> read() {
        FAULTLINE_TRY_VOID(head());
        DexposureCategories out;
        while (next_line()) {
            FAULTLINE_TRY_VOID(row(out));
        }
        if (in_.bad()) {
            return Error(Code::kUnavailable, "read " + name_ + ": the system gave an error")
                .advise("Look at the disk it is on");
        }
        return out;
    }

  private:
    /// The next line that is not empty.
    bool next_line() {
        while (std::getline(in_, text_)) {
            ++line_;
            if (text_.ends_with('\r')) {
                text_.pop_back();
            }
            if (!text_.empty()) {
                return true;
            }
        }
        return false;
    }

    Result<void> head() {
        if (!next_line()) {
            return wrong(1, "it is empty");
        }
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        if (text_.starts_with(kByteOrderMark)) {
            text_.erase(0, kByteOrderMark.size());
        }
        FAULTLINE_TRY(const auto names, fields());
        columns_ = names.size();
        FAULTLINE_TRY(id_, place_of("id", names));
        FAULTLINE_TRY(category_, place_of("category", names));
        return {};
    }

    Result<std::size_t> place_of(std::string_view name, const std::vector<Field>& names) const {
        const auto found = std::ranges::find(names, name, &Field::text);
        if (found == names.end()) {
            return wrong(1, "there is no column \"" + std::string(name) + "\"");
        }
        return static_cast<std::size_t>(found - names.begin());
    }

    Result<void> row(DexposureCategories& out) const {
        FAULTLINE_TRY(const auto row, fields());
        if (row.size() != columns_) {
            return wrong(
                row.back().column,
                std::to_string(row.size()) + " fields under " + std::to_string(columns_) +
                    " columns"
            );
        }
        const Field& id = row[id_];
        const Field& category = row[category_];
        if (id.text.empty()) {
            return wrong(id.column, "the id is empty");
        }
        const std::uint32_t sector = category.text.empty() ? 0 : out.number_of(category.text);
        const auto [at, fresh] = out.by_id_.emplace(id.text, sector);
        if (!fresh && at->second != sector) {
            return wrong(
                category.column,
                "the id \"" + id.text + "\" was of the category \"" + out.sectors_[at->second] +
                    "\" before"
            );
        }
        return {};
    }

    Result<std::vector<Field>> fields() const {
        std::vector<Field> out;
        std::size_t at = 0;
        do {
            at += out.empty() ? 0 : 1;  // The comma.
            Field& field = out.emplace_back(Field{.text = {}, .column = at + 1});
            if (at < text_.size() && text_[at] == '"') {
                FAULTLINE_TRY(at, quoted(at, field.text));
            } else {
                const std::size_t end = std::min(text_.find(',', at), text_.size());
                field.text = text_.substr(at, end - at);
                at = end;
            }
        } while (at < text_.size());
        return out;
    }

    /// Reads the quoted field that begins at `at`; returns where it ends: a comma or the line's
    /// end.
    Result<std::size_t> quoted(std::size_t at, std::string& out) const {
        const std::size_t begin = at;
        for (++at; at < text_.size(); ++at) {
            if (text_[at] != '"') {
                out += text_[at];
                continue;
            }
            ++at;
            if (at == text_.size() || text_[at] == ',') {
                return at;
            }
            if (text_[at] != '"') {
                return wrong(at + 1, "expected a comma behind the quote");
            }
            out += '"';
        }
        return wrong(begin + 1, "a quote that does not end");
    }

    [[nodiscard]] Error wrong(std::size_t column, const std::string& what) const {
        return Error(
                   Code::kMalformed,
                   name_ + ":" + std::to_string(std::max<std::size_t>(line_, 1)) + ":" +
                       std::to_string(column) + ": " + what
        )
            .advise("Give --categories a CSV file with the columns id and category, as meta_df.csv"
            );
    }

    std::istream& in_;
    const std::string& name_;
    std::string text_;
    std::size_t line_ = 0;
    std::size_t columns_ = 0;
    std::size_t id_ = 0;
    std::size_t category_ = 0;
};

Result<DexposureCategories> DexposureCategories::read(std::istream& in, const std::string& name) {
    return CategoryReader(in, name).read();
}

Result<DexposureCategories> DexposureCategories::open(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error(Code::kMissing, "open " + file + ": it is not there, or not ours to read")
            .advise("Give --categories the path of meta_df.csv");
    }
    return read(in, file);
}

std::uint32_t DexposureCategories::sector_of(const network::SnapshotId& id) const {
    if (!id) {
        return 0;
    }
    const auto found = by_id_.find(*id);
    return found == by_id_.end() ? 0 : found->second;
}

std::uint32_t DexposureCategories::number_of(const std::string& sector) {
    const auto [at, fresh] = numbers_.emplace(sector, static_cast<std::uint32_t>(sectors_.size()));
    if (fresh) {
        sectors_.push_back(sector);
    }
    return at->second;
}

}  // namespace faultline::app
