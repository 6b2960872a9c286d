// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/fault_plan.hpp"
#include "shell/simnode/methods.hpp"
#include "shell/simnode/node_view.hpp"
#include "shell/simnode/playback.hpp"
#include "shell/simnode/socket_peer.hpp"
#include "shell/simnode/tape_chain.hpp"
#include "shell/simnode/wire.hpp"

#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/simnode/simnode.hpp>
#include <faultline/shell/tape/line_reader.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace faultline::simnode {
namespace {

using runtime::Task;

constexpr Duration kSilence = std::chrono::minutes(1);
/// Room for the slowest answer of kSlow, and for a large one over a slow line.
constexpr Duration kWriteLimit = std::chrono::minutes(2);
constexpr std::size_t kPieces = 20;

class TapeNode final : public SimNode {
  public:
    TapeNode(Options options, TapeChain tape, runtime::Clock& clock, obs::Log& log)
        : options_(std::move(options)),
          clock_(clock),
          log_(log),
          tape_(std::move(tape)),
          playback_(tape_),
          methods_(
              tape_,
              {.range_blocks_most = options_.range_blocks_most, .logs_most = options_.logs_most}
          ),
          plan_(options_.faults, options_.seed),
          sockets_{
              .clock = clock,
              .log = log,
              .plan = plan_,
              .tape = tape_,
              .answer = [this](const rpc::ServerRequest& request) { return answer(request, 0); },
              .head =
                  [this] {
                      return playback_.head().ref.number;
                  }
          } {
        playback_.advance_to(options_.from_head);
    }

    Result<void> listen();

    [[nodiscard]] std::uint16_t port() const override { return server_->port(); }

    [[nodiscard]] const std::string& about() const override { return tape_.manifest().about; }

    [[nodiscard]] eth::ChainId chain_id() const override { return tape_.manifest().chain_id; }

    [[nodiscard]] eth::BlockRef head() const override { return playback_.head().ref; }

    [[nodiscard]] eth::BlockRef last() const override {
        return tape_[tape_.steps().back().block].ref;
    }

    [[nodiscard]] const std::array<std::uint64_t, kFaultKinds>& fault_counts() const override {
        return plan_.counts();
    }

    bool advance() override;
    Task<> run() override;

  private:
    Task<net::Answer> serve(net::HttpRequest request);
    Task<net::Answer> serve_rpc(std::string body);
    Task<> serve_socket(std::unique_ptr<net::ServedWebSocket> socket);
    Task<> play();
    void announce(const Change& change);
    Reply answer(const rpc::ServerRequest& request, std::size_t lag);
    net::Answer rate_limited(bool retry_after);
    void spoil(net::Answer& answer);
    void note_request();
    [[nodiscard]] net::HttpResponse greeting() const;

    Options options_;
    runtime::Clock& clock_;
    obs::Log& log_;
    TapeChain tape_;
    Playback playback_;
    Methods methods_;
    FaultPlan plan_;
    SocketContext sockets_;
    std::unique_ptr<net::HttpServer> server_;
    std::vector<SocketPeer*> peers_;
    runtime::Event asked_;
    bool was_asked_ = false;
};

/// Takes the peer off the list when its WebSocket ends, however it ends.
class Listed {
  public:
    Listed(std::vector<SocketPeer*>& list, SocketPeer& peer) : list_(list), peer_(&peer) {
        list_.push_back(peer_);
    }

    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

    ~Listed() { std::erase(list_, peer_); }

  private:
    std::vector<SocketPeer*>& list_;
    SocketPeer* peer_;
};

Result<void> TapeNode::listen() {
    net::Services services;
    services.answer = [this](net::HttpRequest request) {
        return serve(std::move(request));
    };
    services.websocket = [this](std::unique_ptr<net::ServedWebSocket> socket) {
        return serve_socket(std::move(socket));
    };
    net::ServerOptions options;
    options.write_timeout = kWriteLimit;
    options.listen_setting = "--listen";
    options.tls_certificate_file = options_.tls_certificate_file;
    options.tls_key_file = options_.tls_key_file;
    FAULTLINE_TRY(
        server_,
        net::make_http_server(options_.listen, std::move(services), log_, std::move(options))
    );
    return {};
}

Reply TapeNode::answer(const rpc::ServerRequest& request, std::size_t lag) {
    note_request();
    const Finality finality{
        .safe_depth = options_.safe_depth, .finalized_depth = options_.finalized_depth
    };
    return methods_.answer(request, NodeView(playback_, finality, lag));
}

void TapeNode::note_request() {
    if (!was_asked_) {
        was_asked_ = true;
        asked_.notify();
    }
}

net::HttpResponse TapeNode::greeting() const {
    net::HttpResponse response;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body =
        "A simulated Ethereum node of faultline. It plays a tape: " + tape_.manifest().about +
        "\nHead: block " + head().text() + ". Send JSON-RPC 2.0 as POST, or open a WebSocket.\n";
    return response;
}

Task<net::Answer> TapeNode::serve(net::HttpRequest request) {
    net::Answer answer;
    if (request.method == "POST") {
        co_return co_await serve_rpc(std::move(request.body));
    }
    if (request.method == "GET") {
        answer.response = greeting();
    } else {
        answer.response.status = 405;
        answer.response.headers.emplace_back("Allow", "GET, POST");
    }
    co_return answer;
}

net::Answer TapeNode::rate_limited(bool retry_after) {
    net::Answer answer;
    answer.response.status = 429;
    answer.response.headers.emplace_back("Content-Type", "application/json");
    if (retry_after) {
        answer.response.headers.emplace_back("Retry-After", "1");
    }
    answer.response.body =
        rpc::refusal_json("null", {.code = -32005, .message = "Too Many Requests", .json = {}});
    return answer;
}

Task<net::Answer> TapeNode::serve_rpc(std::string body) {
    using enum FaultKind;
    note_request();
    const eth::BlockNum head = playback_.head().ref.number;
    net::Answer answered;
    if (plan_.strikes(kSilent, head)) {
        co_await clock_.sleep(kSilence);
        answered.sending.cut_after = 0;
        co_return answered;
    }
    if (plan_.strikes(kDrop, head)) {
        answered.sending.cut_after = 0;
        co_return answered;
    }
    if (plan_.strikes(kRateLimit, head)) {
        co_return rate_limited(false);
    }
    if (plan_.strikes(kRetryAfter, head)) {
        co_return rate_limited(true);
    }
    if (plan_.strikes(kDelay, head)) {
        co_await clock_.sleep(plan_.between_ms(kDelay, 100, 3000));
    }
    const std::size_t lag = plan_.strikes(kLag, head) ? plan_.between(kLag, 1, 5) : 0;
    const Lies lies = draw_lies(plan_, head);
    const Answerer how = [this, lag](const rpc::ServerRequest& request) {
        return answer(request, lag);
    };
    answered.response.headers.emplace_back("Content-Type", "application/json");
    answered.response.body = respond(body, how, lies);
    spoil(answered);
    co_return answered;
}

/// The faults of the way an answer goes out.
void TapeNode::spoil(net::Answer& answer) {
    using enum FaultKind;
    const eth::BlockNum head = playback_.head().ref.number;
    const std::size_t size = answer.response.body.size();
    if (plan_.strikes(kTruncate, head) && size > 1) {
        answer.sending.cut_after = plan_.between(kTruncate, 1, size - 1);
    }
    if (plan_.strikes(kSlow, head)) {
        answer.sending.piece_bytes = std::max<std::size_t>(1, size / kPieces);
        answer.sending.pause = plan_.between_ms(kSlow, 50, 200);
    }
}

Task<> TapeNode::serve_socket(std::unique_ptr<net::ServedWebSocket> socket) {
    SocketPeer peer(sockets_, std::move(socket));
    const Listed listed(peers_, peer);
    co_await peer.run();
}

bool TapeNode::advance() {
    const Change change = playback_.advance();
    if (change.empty()) {
        return false;
    }
    announce(change);
    return true;
}

void TapeNode::announce(const Change& change) {
    if (!change.removed.empty()) {
        log_.info(
            "reorg",
            "Blocks were taken off the chain and others took their place",
            {{"removed", change.removed.size()}, {"added", change.added.size()}}
        );
    }
    for (SocketPeer* const peer : peers_) {
        peer->notify(change);
    }
    for (const BlockIndex block : change.added) {
        for (const std::string& note : tape_[block].notes) {
            if (options_.narrate) {
                options_.narrate(tape_[block].ref, note);
            }
        }
    }
}

Task<> TapeNode::play() {
    if (options_.blocks_per_second <= 0) {
        co_return;
    }
    while (options_.wait_for_client && !was_asked_) {
        co_await asked_.wait();  // As long as it takes: that is what was asked for.
    }
    const auto pause = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(1 / options_.blocks_per_second)
    );
    Instant due = clock_.now();
    std::uint64_t rest = 0;  // Moves for which a branch stays.
    while (!playback_.done()) {
        due = std::max(due + pause, clock_.now());
        co_await clock_.sleep(due - clock_.now());
        if (rest > 0) {
            --rest;
            continue;
        }
        if (plan_.strikes(FaultKind::kRollback, playback_.head().ref.number)) {
            const auto depth = playback_.roll_back(plan_.between(FaultKind::kRollback, 1, 4));
            log_.info("rollback", "Blocks were taken off the chain", {{"removed", depth}});
            continue;
        }
        if (plan_.strikes(FaultKind::kReorg, playback_.head().ref.number)) {
            const auto change = playback_.replace(plan_.between(FaultKind::kReorg, 1, 4));
            if (!change) {
                log_.error("reorg_impossible", change.error().message());
            } else if (!change->empty()) {
                announce(*change);
                rest = plan_.between(FaultKind::kReorg, 0, 7);
                continue;
            }
        }
        advance();
    }
    log_.info(
        "tape_ended",
        "The tape has been played; the head stays where it is",
        {{"head", head().number}}
    );
}

Task<> TapeNode::run() {
    runtime::TaskGroup group;
    group.spawn("server", server_->run());
    group.spawn("playback", play());
    co_await group.wait();
}

Result<void> check_from_head(const Options& options, const TapeChain& tape) {
    const eth::BlockNum last = tape[tape.steps().back().block].ref.number;
    if (options.from_head > last && options.from_head != kAtEnd) {
        return Error(
                   Code::kInvalid,
                   "the tape ends at block " + std::to_string(last) +
                       ", below the head to begin "
                       "with, " +
                       std::to_string(options.from_head)
        )
            .advise("Take a block of the tape, or \"end\"");
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<SimNode>> open(Options options, runtime::Clock& clock, obs::Log& log) {
    if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
        return Error(Code::kInvalid, "TLS needs a certificate and its key, both or neither");
    }
    if (!std::isfinite(options.blocks_per_second) || options.blocks_per_second < 0 ||
        options.blocks_per_second > 1000) {
        return Error(Code::kInvalid, "a pace is a number of blocks a second, 0 to 1000");
    }
    FAULTLINE_TRY(const auto reader, tape::open_tape(options.tape));
    FAULTLINE_TRY(auto tape, TapeChain::load(*reader));
    FAULTLINE_TRY_VOID(check_from_head(options, tape));
    if (reader->cut()) {
        log.warn("tape_cut", *reader->cut());
    }
    auto node = std::make_unique<TapeNode>(std::move(options), std::move(tape), clock, log);
    FAULTLINE_TRY_VOID(node->listen());
    return node;
}

}  // namespace faultline::simnode
