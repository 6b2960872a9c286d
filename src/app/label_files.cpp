// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <app/config_fields.hpp>
#include <app/label_files.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Reader;

/// Where one name or label was written.
struct Written {
    Reader* reader = nullptr;
    std::string path;
};

class LabelFiles {
  public:
    explicit LabelFiles(Reader& main) : main_(main) {}

    /// `entry_path` is where the file is named; nullopt: nowhere, so it may be missing.
    void read(const std::string& name, const std::optional<std::string>& entry_path) {
        const std::string file = config::beside(main_.file(), name);
        const auto text = main_.surroundings().read_file(file);
        if (!text) {
            if (entry_path || text.error().code() != Code::kMissing) {
                main_.error(entry_path.value_or("labels"), text.error().message());
            }
            return;
        }
        const auto node = config::parse_document(file, *text, main_.problems());
        if (!node) {
            return;
        }
        Reader& reader = *readers_.emplace_back(
            std::make_unique<Reader>(main_.surroundings(), main_.problems(), file)
        );
        take(reader, written::label_file_section().read(reader, *node));
    }

    ReadLabels finish() {
        auto labels = graph::Labels::of(names_, labels_);
        if (!labels) {
            std::ranges::for_each(labels.error(), [this](const auto& fault) { report(fault); });
            return {};
        }
        auto symbols = graph::SymbolBook::of(*labels, lists_, families_);
        if (!symbols) {
            std::ranges::for_each(symbols.error(), [this](const auto& fault) { report(fault); });
            return {};
        }
        return {.labels = *std::move(labels), .symbols = *std::move(symbols)};
    }

  private:
    void take(Reader& reader, written::LabelFile file) {
        for (std::size_t i = 0; i < file.names.size(); ++i) {
            names_.push_back(std::move(file.names[i]));
            name_places_.push_back(written_at(reader, "names", i));
        }
        take_labels(reader, "tokens", file.chain_id, file.tokens);
        take_labels(reader, "contracts", file.chain_id, file.contracts);
        for (std::size_t i = 0; i < file.symbols.size(); ++i) {
            lists_.push_back(std::move(file.symbols[i]));
            list_places_.push_back(written_at(reader, "symbols", i));
        }
        for (std::size_t i = 0; i < file.families.size(); ++i) {
            families_.push_back(std::move(file.families[i]));
            family_places_.push_back(written_at(reader, "families", i));
        }
    }

    void take_labels(
        Reader& reader,
        const std::string& list,
        const std::optional<eth::ChainId>& chain,
        std::vector<graph::Label>& labels
    ) {
        if (!labels.empty() && !chain && reader.sound("chain_id")) {
            reader.error(list, "are of no chain: give chain_id at the top of the file");
        }
        for (std::size_t i = 0; i < labels.size(); ++i) {
            labels[i].chain = chain.value_or(0);
            labels_.push_back(std::move(labels[i]));
            label_places_.push_back(written_at(reader, list, i));
        }
    }

    static Written written_at(Reader& reader, const std::string& list, std::size_t index) {
        return {.reader = &reader, .path = list + "[" + std::to_string(index) + "]"};
    }

    void report(const graph::LabelFault& fault) {
        const bool of_name = fault.where == graph::LabelFault::Where::kName;
        report(of_name ? name_places_ : label_places_, fault);
    }

    void report(const graph::SymbolFault& fault) {
        report(fault.of_family ? family_places_ : list_places_, fault);
    }

    /// Of either kind of fault.
    void report(const std::vector<Written>& places, const auto& fault) {
        std::string text = fault.what;
        if (fault.earlier) {
            const Written& earlier = places.at(*fault.earlier);
            text += "; the other is at " + earlier.reader->place(earlier.path).text();
        }
        if (!fault.nobody.empty()) {
            std::vector<std::string> known;
            known.reserve(names_.size());
            for (const graph::Name& name : names_) {
                known.push_back(name.slug);
            }
            text += " under `names`" + config::suggestion(fault.nobody, known);
        }
        const Written& at = places.at(fault.at);
        at.reader->error(at.path, text);
    }

    Reader& main_;
    std::vector<std::unique_ptr<Reader>> readers_;
    std::vector<graph::Name> names_;
    std::vector<Written> name_places_;
    std::vector<graph::Label> labels_;
    std::vector<Written> label_places_;
    std::vector<graph::SymbolList> lists_;
    std::vector<Written> list_places_;
    std::vector<graph::SymbolFamily> families_;
    std::vector<Written> family_places_;
};

}  // namespace

std::vector<std::string> shipped_labels() {
    std::vector<std::string> out;
    for (const std::string name :
         {"names",    "arbitrum", "avalanche", "base",   "bnb",     "celo",    "ethereum",
          "gnosis",   "ink",      "linea",     "mantle", "megaeth", "metis",   "monad",
          "optimism", "plasma",   "polygon",   "ronin",  "scroll",  "soneium", "sonic",
          "symbols",  "unichain", "xlayer",    "zksync"}) {
        out.push_back("labels/" + name + ".yaml");
    }
    return out;
}

ReadLabels read_labels(Reader& main, const std::optional<std::vector<std::string>>& files) {
    LabelFiles all(main);
    const std::size_t before = main.problems().errors();
    const std::vector<std::string> names = files ? *files : shipped_labels();
    for (std::size_t i = 0; i < names.size(); ++i) {
        all.read(
            names[i], files ? std::optional("labels[" + std::to_string(i) + "]") : std::nullopt
        );
    }
    // What was refused is missing from the lists, and would be missed by what refers to it.
    return main.problems().errors() == before ? all.finish() : ReadLabels();
}

}  // namespace faultline::app
