// SPDX-License-Identifier: Apache-2.0
// One wrong thing each, as somebody could write it. `from` stands in `file` exactly once. `missed` says
// why the simulation is known not to find it, and what does.
const followed = 'src/shell/chain/follower.cpp';
const planning = 'src/shell/chain/planning.cpp';
const engine = 'src/engine/engine.cpp';
const decode = 'src/shell/rpc/json_decode.cpp';
const rotation = 'src/shell/rpc/rotation.cpp';
const parentFits = 'const bool fits = tip ? header.parent == tip->hash : header.ref.number == options_.start_block;';

export const bugs = [
    {
        name: 'a head jumped to without filling the gap',
        edits: [
            {file: planning, from: 'if (header.ref.number != next) {', to: 'if (header.ref.number < next) {'},
            {file: planning, from: 'if (tip && header.parent != tip->hash) {', to: 'if (tip && header.ref.number == next && header.parent != tip->hash) {'},
            {file: followed, from: parentFits, to: 'const bool fits = tip ? header.ref.number > tip->number : header.ref.number >= options_.start_block;'},
        ],
    },
    {
        name: 'an endpoint that is behind taken for a rollback',
        edits: [{
            file: followed,
            from: 'take_buffered() {\n    if (buffer_.empty()) {',
            to: `take_buffered() {
    if (const auto at = parts_.applied.tip();
        buffer_.empty() && at && status_.latest && status_.latest->number < at->number) {
        co_return std::optional<eth::ChainEvent>(eth::Reverted{*at});
    }
    if (buffer_.empty()) {`,
        }],
    },
    {
        name: 'a competing head that is not above ours ignored',
        edits: [{file: planning, from: 'co_return co_await plan_branch(head);', to: 'co_await heads_.wait();\n    co_return Result<void>();'}],
    },
    {
        name: 'no watchdog on a silent socket',
        edits: [{file: 'src/shell/chain/hint_listener.cpp', from: 'if (moved && parts_', to: 'if (false && moved && parts_'}],
    },
    {
        name: 'failed reads left out of the block',
        edits: [{file: followed, from: '        if (!answers) {\n', to: '        if (!answers) {\n            break;\n        }\n        if (!answers) {\n'}],
    },
    {
        name: 'a missing answer for logs read as no logs',
        edits: [{
            file: decode,
            from: '        FAULTLINE_TRY(\n            const element value, reply.present(call, "logs of block',
            to: '        if (reply.error(call) != nullptr) {\n            continue;\n        }\n        FAULTLINE_TRY(\n            const element value, reply.present(call, "logs of block',
        }],
    },
    {
        name: 'ranged logs believed without proof that the node has got so far',
        missed: 'no simulated backend lags as far as history; unit tests of rpc',
        edits: [{file: decode, from: 'Result<void> reached(const Reply& reply, std::size_t call, const eth::BlockRef& last) {', to: 'Result<void> reached(const Reply& reply, std::size_t call, const eth::BlockRef& last) {\n    if (last.number > 0) {\n        return {};\n    }'}],
    },
    {
        name: 'the parent not compared in history',
        edits: [
            {file: planning, from: 'if (tip && fetched.front().header.parent != tip->hash) {', to: 'if (tip && tip->number == 0 && fetched.empty()) {'},
            {file: followed, from: parentFits, to: 'const bool fits = tip ? header.ref.number == tip->number + 1 : header.ref.number == options_.start_block;'},
        ],
    },
    {
        name: 'one endpoint believed where several have to agree',
        edits: [{file: 'src/shell/rpc/rotation.hpp', from: 'uorum > 1; }', to: 'uorum > 99; }'}],
    },
    {
        name: 'a dispute settled by whoever answers',
        missed: 'no dispute lasts the two minutes after which fewer decide; unit tests of the quorum',
        edits: [{file: rotation, from: 'if (question.hash && disputed_.contains(', to: 'if (false && question.hash && disputed_.contains('}],
    },
    {
        name: 'alert keys without the occurrence of their block',
        edits: [{file: 'src/engine/evaluation.cpp', from: 'transition->occurrence = occurrence;', to: 'transition->occurrence = 0 * occurrence;'}],
    },
    {
        name: 'counts of orphaned blocks not stored',
        edits: [{file: engine, from: 'batch.put(store::Family::kMeta, keys::orphaned(ref), ledger::encode(times));', to: 'static_cast<void>(times);'}],
    },
    {
        name: 'a commit that failed not repeated',
        edits: [{file: engine, from: 'metrics_->commit_failures.add();', to: 'break;'}],
    },
    {
        name: 'the rows of a run of history left out of its batch',
        edits: [{file: engine, from: 'put_row(batch, key.of(table, row), value);', to: 'static_cast<void>(key.of(table, row));\n                static_cast<void>(value);'}],
    },
    {
        name: 'blocks inside the undo window committed in runs',
        edits: [{
            file: followed,
            from: 'block.deep = !block.live &&\n                 block.header.ref.number + options_.undo_window_blocks < heads_.latest().ref.number;',
            to: 'block.deep = !block.live;',
        }],
    },
    {
        name: 'the seam between history and live off by one',
        missed: 'harmless: what was skipped is fetched as a branch, as its child does not fit',
        edits: [{file: planning, from: 'co_return co_await plan_block(next, history_end);', to: 'co_return co_await plan_block(history_end && next == *history_end + 1 ? next + 1 : next, history_end);'}],
    },
    {
        name: 'a branch taken up while it is fetched',
        edits: [{
            file: planning,
            from: '        blocks.push_back(std::move(block));\n',
            to: '        if (blocks.empty()) {\n            buffer_.clear();\n            branch_first_ = block.header.ref.number;\n        }\n        buffer(block);\n        blocks.push_back(std::move(block));\n',
        }],
    },
    {
        name: 'undo forgets the last changed row',
        edits: [{
            file: engine,
            from: 'FAULTLINE_CO_TRY(const UndoRecord undo, ledger::decode<UndoRecord>(*stored));',
            to: 'FAULTLINE_CO_TRY(UndoRecord undo, ledger::decode<UndoRecord>(*stored));\n    if (!undo.changes.empty()) {\n        undo.changes.pop_back();\n    }',
        }],
    },
    {
        name: 'orphaned alerts not taken back',
        edits: [{file: 'src/engine/fold.cpp', from: 'outcome.transitions = alerts::Book::retract(lost);', to: ''}],
    },
    {
        name: 'what an orphaned block repeated waits for ever',
        edits: [{
            file: 'src/core/alerts/book.cpp',
            from: 'transition.repeated && transition.wait_for == eth::Finality::kLatest',
            to: 'transition.repeated',
        }],
    },
    {
        name: 'a row erased once one receiver has it',
        edits: [{
            file: 'src/shell/delivery/outbox.cpp',
            from: '        if (!done) {\n            return false;',
            to: '        if (!done && receivers_.empty()) {\n            return false;',
        }],
    },
    {
        name: 'what one receiver was sent noted for all',
        edits: [{
            file: 'src/shell/delivery/outbox_notes.cpp',
            from: 'parts_.store.get(Family::kMeta, note_key(receiver, keys::Note::kDone, sequence))',
            to: 'parts_.store.get(Family::kMeta, note_key(0 * receiver, keys::Note::kDone, sequence))',
        }],
    },
    {
        name: 'blocks with alerts not synced',
        edits: [{file: engine, from: 'const bool cheap = !block.live && outcome.transitions.empty();', to: 'const bool cheap = true;'}],
    },
];
