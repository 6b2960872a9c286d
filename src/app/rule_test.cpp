// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>

#include <algorithm>
#include <app/config_fields.hpp>
#include <app/exit_code.hpp>
#include <app/rule_files.hpp>
#include <app/rule_names.hpp>
#include <app/rule_simulation.hpp>
#include <app/rule_test.hpp>
#include <app/rule_test_fields.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Reader;

constexpr const char* kNoPositions =
    "is of kind health_factor, which judges positions of accounts, and a test has signals only; "
    "test it with `faultline replay` on a tape, or watch all positions of a market by debt_at_risk";

std::string item(const std::string& list, std::size_t index) {
    return list + "[" + std::to_string(index) + "]";
}

std::uint64_t seconds(Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(duration).count()
    );
}

std::uint64_t block_of(const written::RuleTest& test, const written::Expectation& one) {
    return one.block ? *one.block : seconds(*one.at) / seconds(test.every);
}

/// Holds a file's tests against the rules and the catalogue of signals.
class Checks {
  public:
    Checks(Reader& reader, const rules::RuleSet& rules) : reader_(reader), rules_(rules) {}

    void test(const std::string& path, const written::RuleTest& test) {
        for (std::size_t i = 0; i < test.series.size(); ++i) {
            series(item(path + ".series", i), test.series[i]);
        }
        for (std::size_t i = 0; i < test.expect.size(); ++i) {
            expectation(item(path + ".expect", i), test, test.expect[i]);
        }
    }

  private:
    void series(const std::string& path, const written::TestSeries& series) {
        if (series.signal.empty()) {
            return;
        }
        const signals::Kind* kind = signals::kind_of(series.signal);
        if (kind == nullptr) {
            std::vector<std::string> known;
            for (const signals::Kind& one : signals::catalogue()) {
                known.emplace_back(one.name);
            }
            reader_.error(
                path + ".signal",
                "there is no signal " + config::quoted(series.signal) +
                    config::suggestion(series.signal, known) + "; docs/signals.md has all of them"
            );
            return;
        }
        const std::vector<std::string> known(kind->labels.begin(), kind->labels.end());
        for (const auto& [name, value] : series.labels) {
            if (std::ranges::find(known, name) == known.end()) {
                std::string all;
                for (const std::string& one : known) {
                    all += (all.empty() ? "" : ", ") + one;
                }
                reader_.error(
                    path + ".labels",
                    series.signal + " has no label " + config::quoted(name) +
                        config::suggestion(name, known) + "; it has " + all
                );
            }
        }
    }

    void expectation(
        const std::string& path, const written::RuleTest& test, const written::Expectation& one
    ) {
        if (one.at.has_value() == one.block.has_value()) {
            if (reader_.sound(path)) {
                reader_.error(path, "give either at, such as 5m, or block, such as 25");
            }
            return;
        }
        if (block_of(test, one) >= kMostTestBlocks) {
            reader_.error(
                path + ".at",
                "is beyond " + std::to_string(kMostTestBlocks) +
                    " blocks; give an earlier time, or the test a larger every"
            );
        }
        if (!one.firing && !one.pending) {
            reader_.error(path, "expects nothing; give firing or pending, [] for none");
        }
        alerts(path + ".firing", one.firing);
        alerts(path + ".pending", one.pending);
    }

    void alerts(
        const std::string& path, const std::optional<std::vector<written::ExpectedAlert>>& expected
    ) {
        for (std::size_t i = 0; expected && i < expected->size(); ++i) {
            const std::string& name = (*expected)[i].rule;
            const std::string place = item(path, i) + ".rule";
            const bool health = std::ranges::any_of(rules_.health, [&name](const auto& rule) {
                return rule.terms.name == name;
            });
            const std::vector<std::string> names = rule_names(rules_);
            if (health) {
                reader_.error(place, config::quoted(name) + " " + kNoPositions);
            } else if (!name.empty() && std::ranges::find(names, name) == names.end()) {
                reader_.error(
                    place,
                    "there is no rule " + config::quoted(name) + config::suggestion(name, names) +
                        "; name its file under rule_files"
                );
            }
        }
    }

    Reader& reader_;
    const rules::RuleSet& rules_;
};

struct TestFile {
    written::RuleTests written;
    rules::RuleSet rules;
};

TestFile read(Reader& reader, const config::Node& node) {
    TestFile out;
    out.written = written::rule_tests_section().read(reader, node);
    for (std::size_t i = 0; i < out.written.rules.size(); ++i) {
        if (out.written.rules[i].kind == "health_factor") {
            reader.error(item("rules", i), std::string("this rule ") + kNoPositions);
        }
    }
    written::Daemon daemon;
    daemon.rules = out.written.rules;
    daemon.rule_files = out.written.rule_files;
    out.rules = read_rules(reader, daemon, {}).set;
    if (out.rules.empty() && !reader.problems().failed()) {
        reader.error("", "there is no rule to test; give rule_files or rules");
    }
    if (reader.problems().failed()) {
        return out;  // What could not be read would be missed, and said to be wrong again.
    }
    Checks checks(reader, out.rules);
    for (std::size_t i = 0; i < out.written.tests.size(); ++i) {
        checks.test(item("tests", i), out.written.tests[i]);
    }
    return out;
}

std::vector<SimulatedSignal> signals_of(const written::RuleTest& test) {
    std::vector<SimulatedSignal> out;
    for (const written::TestSeries& series : test.series) {
        SimulatedSignal one{.name = series.signal, .labels = {}, .values = series.values};
        for (const std::string_view label : signals::kind_of(series.signal)->labels) {
            one.labels[std::string(label)] = "";
        }
        for (const auto& [name, value] : series.labels) {
            one.labels[name] = value;
        }
        out.push_back(std::move(one));
    }
    return out;
}

bool is(const StandingAlert& alert, const written::ExpectedAlert& expected) {
    return alert.rule == expected.rule &&
           expected.summary.value_or(alert.summary) == alert.summary &&
           std::ranges::all_of(expected.labels, [&alert](const auto& label) {
               const auto found = alert.labels.find(label.first);
               return found != alert.labels.end() && found->second == label.second;
           });
}

/// Each expected alert is another one, and there is no other.
bool meets(std::vector<StandingAlert> got, std::vector<written::ExpectedAlert> expected) {
    if (got.size() != expected.size()) {
        return false;
    }
    // Those that say most choose first.
    std::ranges::sort(expected, std::ranges::greater(), [](const auto& one) {
        return one.labels.size() + (one.summary ? 1 : 0);
    });
    return std::ranges::all_of(expected, [&got](const written::ExpectedAlert& one) {
        const auto found = std::ranges::find_if(got, [&one](const StandingAlert& alert) {
            return is(alert, one);
        });
        if (found == got.end()) {
            return false;
        }
        got.erase(found);
        return true;
    });
}

template <class Labels>
std::string label_text(const Labels& labels) {
    return signals::text({}, {labels.begin(), labels.end()});
}

std::string text(const std::vector<StandingAlert>& alerts) {
    std::string out;
    for (const StandingAlert& one : alerts) {
        out += "\n    " + one.rule + label_text(one.labels) + " " + config::quoted(one.summary);
    }
    return out.empty() ? " none" : out;
}

std::string text(const std::vector<written::ExpectedAlert>& alerts) {
    std::string out;
    for (const written::ExpectedAlert& one : alerts) {
        out += "\n    " + one.rule + label_text(one.labels) +
               (one.summary ? " " + config::quoted(*one.summary) : "");
    }
    return out.empty() ? " none" : out;
}

/// How many of a test's expectations are not met; says which.
class Run {
  public:
    Run(const Reader& reader, const rules::RuleSet& rules, std::ostream& out)
        : reader_(reader), rules_(rules), out_(out) {}

    void test(const std::string& path, const written::RuleTest& test) {
        std::uint64_t last = 0;
        for (const written::Expectation& one : test.expect) {
            last = std::max(last, block_of(test, one));
        }
        RuleSimulation simulation(rules_.signals, signals_of(test), seconds(test.every));
        for (std::uint64_t block = 0; block <= last; ++block) {
            simulation.step();
            for (std::size_t i = 0; i < test.expect.size(); ++i) {
                if (block_of(test, test.expect[i]) == block) {
                    look(item(path + ".expect", i), test, test.expect[i], simulation);
                }
            }
        }
    }

    [[nodiscard]] std::size_t expectations() const noexcept { return expectations_; }

    [[nodiscard]] std::size_t failed() const noexcept { return failed_; }

  private:
    void look(
        const std::string& path,
        const written::RuleTest& test,
        const written::Expectation& expected,
        const RuleSimulation& simulation
    ) {
        ++expectations_;
        std::string wrong;
        const auto compare = [&](const char* what, const auto& alerts, alerts::Phase phase) {
            const std::vector<StandingAlert> got = simulation.alerts(phase);
            if (alerts && !meets(got, *alerts)) {
                wrong += std::string("  ") + what + " expected:" + text(*alerts) + "\n  " + what +
                         " got:" + text(got) + "\n";
            }
        };
        compare("firing", expected.firing, alerts::Phase::kFiring);
        compare("pending", expected.pending, alerts::Phase::kPending);
        if (wrong.empty()) {
            return;
        }
        ++failed_;
        const std::uint64_t block = block_of(test, expected);
        out_ << reader_.place(path).text() << ": " << config::quoted(test.name) << " at block "
             << block << " ("
             << config::duration_text(std::chrono::seconds(block * seconds(test.every))) << ")\n"
             << wrong;
    }

    const Reader& reader_;
    const rules::RuleSet& rules_;
    std::ostream& out_;
    std::size_t expectations_ = 0;
    std::size_t failed_ = 0;
};

int print(const std::vector<config::Problem>& problems, std::ostream& err) {
    for (const config::Problem& one : problems) {
        err << one.message() << '\n';
    }
    return exit_status(ExitCode::kInvalidConfig);
}

int test_file(
    const std::string& file,
    const config::Surroundings& surroundings,
    std::ostream& out,
    std::ostream& err
) {
    config::Problems problems;
    const auto content = surroundings.read_file(file);
    if (!content) {
        problems.error({.file = file}, "", content.error().message());
        return print(problems.take(), err);
    }
    const auto node = config::parse_document(file, *content, problems);
    if (!node) {
        return print(problems.take(), err);
    }
    Reader reader(surroundings, problems, file);
    const TestFile read_file = read(reader, *node);
    if (problems.failed()) {
        return print(problems.take(), err);
    }
    Run run(reader, read_file.rules, out);
    for (std::size_t i = 0; i < read_file.written.tests.size(); ++i) {
        run.test(item("tests", i), read_file.written.tests[i]);
    }
    const std::string of = std::to_string(run.expectations()) + " expectations";
    if (run.failed() > 0) {
        out << "failed: " << file << ": " << run.failed() << " of " << of << '\n';
        return exit_status(ExitCode::kFailed);
    }
    out << "ok: " << file << ": " << of << '\n';
    return exit_status(ExitCode::kOk);
}

}  // namespace

int test_rules(
    const std::vector<std::string>& files,
    const config::Surroundings& surroundings,
    std::ostream& out,
    std::ostream& err
) {
    int status = exit_status(ExitCode::kOk);
    for (const std::string& file : files) {
        status = std::max(status, test_file(file, surroundings, out, err));
    }
    return status;
}

}  // namespace faultline::app
