// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <CLI/Validators.hpp>
#include <app/chain_identity.hpp>
#include <app/daemon_client.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/option_checks.hpp>
#include <app/outbox_command.hpp>
#include <app/outbox_pages.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr int kHttpOk = 200;
constexpr int kHttpConflict = 409;

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline outbox: " << error.message() << '\n';
    return exit_status(code);
}

std::vector<std::string> names_of(const DaemonConfig& config) {
    std::vector<std::string> out;
    for (const delivery::Receiver& receiver : config.receivers) {
        out.push_back(receiver.name);
    }
    return out;
}

/// What the API is asked for to do the same.
std::string target_of(const api::OutboxChange& change, const std::string& chain) {
    std::string out = std::string("/v1/outbox/") + (change.drop ? "drop" : "retry") +
                      "?chain=" + percent_encoded(chain) +
                      "&receiver=" + percent_encoded(change.receiver);
    if (change.sequences.empty()) {
        out += "&all=true";
    }
    for (std::size_t i = 0; i < change.sequences.size(); ++i) {
        out += (i == 0 ? "&sequence=" : ",") + std::to_string(change.sequences[i]);
    }
    if (change.overtaken) {
        out += "&overtaken=true";
    }
    return out + (change.drop ? "&reason=" + percent_encoded(change.reason) : "");
}

int change_by_daemon(
    const DaemonConfig& config,
    const std::string& chain,
    const api::OutboxChange& change,
    const Error& locked,
    std::ostream& out,
    std::ostream& err
) {
    const auto answer = post_to_daemon(config.api_listen, target_of(change, chain));
    if (!answer) {
        err << "faultline outbox: " << locked.message() << "; and no daemon answers at "
            << config.api_listen << ": " << answer.error().message() << '\n';
        return exit_status(ExitCode::kCannotStart);
    }
    const bool understood = answer->status == kHttpOk || answer->status == kHttpConflict;
    (understood ? out : err) << answer->body;
    return exit_status(answer->status == kHttpOk ? ExitCode::kOk : ExitCode::kFailed);
}

Result<delivery::LetterChange> change_in_store(
    store::Store& store, const DaemonConfig& config, const api::OutboxChange& change
) {
    runtime::Loop loop;
    const UnixMillis now = loop.clock().wall_now();
    FAULTLINE_TRY(
        auto planned,
        change.drop ? delivery::plan_drop(store, choice_of(change), change.reason, now)
                    : delivery::plan_retry(store, names_of(config), choice_of(change), now)
    );
    if (!planned.batch.empty()) {
        FAULTLINE_TRY_VOID(store.commit(planned.batch, store::Durability::kSynced));
    }
    return planned;
}

Result<const ChainConfig*> chain_with_store(const DaemonConfig& config, const std::string& name) {
    FAULTLINE_TRY(const ChainConfig* chain, chain_of(config, name));
    const std::string folder = store_folder(config, *chain);
    if (!std::filesystem::exists(folder)) {
        return Error(Code::kUnavailable, "there is no store at " + folder)
            .advise("Is this the configuration that the daemon runs with?");
    }
    return chain;
}

}  // namespace

struct OutboxCommand::Values {
    CLI::App* list = nullptr;
    CLI::App* show = nullptr;
    CLI::App* retry = nullptr;
    CLI::App* drop = nullptr;
    std::string file;
    std::string chain;
    std::string format = "text";
    bool all = false;
    api::OutboxQuery query;
    std::uint64_t after = 0;
    CLI::Option* after_given = nullptr;
    std::uint64_t sequence = 0;
    api::OutboxChange change;

    int look(const DaemonConfig& config, std::ostream& out, std::ostream& err) const;
    int act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const;
    void add_looking(CLI::App& outbox);
    void add_changing(CLI::App& command);
};

void OutboxCommand::Values::add_looking(CLI::App& outbox) {
    list = outbox.add_subcommand("list", "What waits for receivers, and dead letters");
    show = outbox.add_subcommand("show", "One of them in full, and what was done with it");
    for (CLI::App* each : {list, show}) {
        each->add_option("CONFIG", file, "The configuration")->required();
        each->add_option("--chain", chain, "Which of several chains");
        each->add_option("--receiver", query.receiver, "Only of this one");
        each->add_option("--format", format, "text or json")
            ->check(CLI::IsMember({"text", "json"}))
            ->capture_default_str();
    }
    show->add_option("SEQUENCE", sequence, "Its sequence number")
        ->check(whole_number())
        ->required();
    after_given =
        list->add_option("--after", after, "Only sequence numbers above")->check(whole_number());
    list->add_option("--limit", query.limit, "At most so many of each")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
}

void OutboxCommand::Values::add_changing(CLI::App& command) {
    command.add_option("CONFIG", file, "The configuration")->required();
    command.add_option("RECEIVER", change.receiver, "Whose dead letters")->required();
    CLI::Option* some =
        command.add_option("SEQUENCE", change.sequences, "Which of them")->check(whole_number());
    command.add_flag("--all", all, "All of them")->excludes(some);
    command.add_option("--chain", chain, "Which of several chains");
}

OutboxCommand::OutboxCommand(CLI::App& top) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    CLI::App* outbox = top.add_subcommand("outbox", "Alerts on their way, and those given up");
    outbox->require_subcommand(1);
    to.add_looking(*outbox);
    to.retry = outbox->add_subcommand("retry", "Put dead letters back, for their receiver alone");
    to.add_changing(*to.retry);
    to.retry->add_flag(
        "--overtaken", to.change.overtaken, "Also what tells of an alert that is over since"
    );
    to.drop = outbox->add_subcommand("drop", "Remove dead letters; the trail keeps them");
    to.add_changing(*to.drop);
    to.drop->add_option("--reason", to.change.reason, "Why; it is kept")->required();
}

OutboxCommand::~OutboxCommand() = default;

bool OutboxCommand::given() const {
    return values_->list->parsed() || values_->show->parsed() || values_->retry->parsed() ||
           values_->drop->parsed();
}

const std::string& OutboxCommand::file() const {
    return values_->file;
}

int OutboxCommand::Values::look(const DaemonConfig& config, std::ostream& out, std::ostream& err)
    const {
    const auto found = chain_with_store(config, chain);
    if (!found) {
        return failed(err, found.error(), ExitCode::kUsage);
    }
    const auto store = store::open_rocksdb_read_only(store_folder(config, **found));
    if (!store) {
        return failed(err, store.error(), ExitCode::kCannotStart);
    }
    api::OutboxQuery asked = query;
    asked.after = after_given->count() > 0 ? std::optional(after) : std::nullopt;
    asked.sequence = show->parsed() ? std::optional(sequence) : std::nullopt;
    const auto page = outbox_page(**store, (*found)->follow.chain_name, names_of(config), asked);
    if (!page) {
        return failed(err, page.error(), ExitCode::kFailed);
    }
    if (show->parsed() && page->dead.empty() && page->waiting.empty() && page->trail.empty()) {
        return failed(
            err,
            Error(Code::kMissing, "there is nothing of number " + std::to_string(sequence))
                .advise("It was delivered; `faultline outbox list` shows what is there"),
            ExitCode::kFailed
        );
    }
    out
        << (format == "json" ? api::outbox_json(*page, show->parsed()) + "\n"
                             : api::outbox_text(*page, show->parsed()));
    return exit_status(ExitCode::kOk);
}

int OutboxCommand::Values::act(const DaemonConfig& config, std::ostream& out, std::ostream& err)
    const {
    if (all == !change.sequences.empty()) {
        return failed(
            err,
            Error(Code::kInvalid, "which dead letters is not said")
                .advise("Give sequence numbers as `faultline outbox list` shows them, or --all"),
            ExitCode::kUsage
        );
    }
    api::OutboxChange wanted = change;
    wanted.drop = drop->parsed();
    if (wanted.drop && wanted.reason.empty()) {
        return failed(err, Error(Code::kInvalid, "--reason is empty"), ExitCode::kUsage);
    }
    const auto found = chain_with_store(config, chain);
    if (!found) {
        return failed(err, found.error(), ExitCode::kUsage);
    }
    const auto store = store::open_rocksdb(store_folder(config, **found));
    if (!store) {
        return change_by_daemon(
            config, (*found)->follow.chain_name, wanted, store.error(), out, err
        );
    }
    if (auto fits = store::check_schema(**store, identity_of(**found)); !fits) {
        return failed(err, fits.error(), ExitCode::kCannotStart);
    }
    const auto changed = change_in_store(**store, config, wanted);
    if (!changed) {
        return failed(err, changed.error(), ExitCode::kFailed);
    }
    out << api::changed_text(shown(*changed, wanted.drop));
    return exit_status(changed->refused.empty() ? ExitCode::kOk : ExitCode::kFailed);
}

int OutboxCommand::act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const {
    const bool looks = values_->list->parsed() || values_->show->parsed();
    return looks ? values_->look(config, out, err) : values_->act(config, out, err);
}

}  // namespace faultline::app
