# SPDX-License-Identifier: Apache-2.0
"""lint.coroutines: the shapes that compilers miscompile, and who may wait, lock, detach or tell the time.

This reads text, so it is instant and needs no build. shapes_ast.py holds the shape rule to the syntax tree, where
the types are known: there `?:` counts only when it makes an object.
"""

import re

from checks import cpp
from checks.tree import Finding, line_of, module_folder

RUNTIME = "shell/runtime"
ASIO_MODULES = (RUNTIME, "shell/net")
# Files outside runtime that may read a clock, and why.
CLOCK_EXEMPT = {
    "src/shell/obs/": "a log line carries the wall time at which it was written, and limits its own rate",
    "tests/bench/": "measures",
}
# Folders that may lock, and why.
LOCK_EXEMPT = {
    "src/shell/obs/": "log lines and metrics come from any thread, the storage engine's own included",
}
AWAIT = re.compile(r"\bco_await\b")
CLOCKS = re.compile(
    r"\b(?:steady_clock|system_clock|high_resolution_clock|utc_clock)::now\b|\brandom_device\b|\bsleep_(?:for|until)\b"
    r"|\bgettimeofday\b|\bclock_gettime\b|\b(?:std::)?s?rand\(\)|\bstd::time\(|\busleep\(")
LOCKS = re.compile(
    r"\bstd::(?:recursive_|shared_|timed_)*mutex\b|\bstd::(?:lock_guard|unique_lock|shared_lock|scoped_lock"
    r"|condition_variable\w*|call_once|once_flag)\b|\bpthread_mutex")
ASIO = re.compile(r"\b(?:asio::|experimental::|use_awaitable|as_tuple\b|co_spawn\b|awaitable_operators)")
DETACHED = re.compile(r"\bdetached\b|\.detach\(\)")


def check(tree):
    findings = []
    for name in tree.cpp_files():
        code = cpp.code_of(tree.read(name))
        findings += _clocks(name, code)
        if name.startswith("tests/"):
            continue
        findings += _words(name, code)
        findings += _shapes(name, code)
    return findings


def _clocks(name, code):
    if module_folder(name) == RUNTIME or name.startswith(tuple(CLOCK_EXEMPT)):
        return
    for match in CLOCKS.finditer(code):
        yield Finding(name, line_of(code, match.start()), "clocks", f"'{match.group()}' outside {RUNTIME}",
                      "take a runtime::Clock& or runtime::Random& (tests: the simulated clock, a fixed seed), or the time as a value")


def _words(name, code):
    module = module_folder(name)
    for match in () if name.startswith(tuple(LOCK_EXEMPT)) else LOCKS.finditer(code):
        yield Finding(name, line_of(code, match.start()), "locks", f"'{match.group()}' in product code",
                      "one thread owns the state: give the worker pool a plain function over values and use its result")
    if module != RUNTIME:
        for match in DETACHED.finditer(code):
            yield Finding(name, line_of(code, match.start()), "detached", "a task nobody waits for",
                          "spawn it in a runtime::TaskGroup whose owner awaits wait()")
    if module not in ASIO_MODULES:
        for line in sorted({line_of(code, match.start()) for match in ASIO.finditer(code)}):
            yield Finding(name, line, "asio", f"Asio outside {' and '.join(ASIO_MODULES)}",
                          "use runtime::Task, TaskGroup, deadline and Clock; extend runtime if something is missing")


def _shapes(name, code):
    seen = set()
    for match in AWAIT.finditer(code):
        for block in cpp.enclosing(code, match.start()):
            if block.kind in ("lambda", "function"):
                break
            if re.match(r"\s*catch\b", block.head):
                yield Finding(name, line_of(code, match.start()), "shapes", "co_await inside a catch block",
                              "remember the failure in a variable and await after the block")
        start, end = cpp.statement(code, match.start())
        if start not in seen:
            seen.add(start)
            yield from _shape(name, code, start, end)


def _shape(name, code, start, end):
    inner = [block for block in cpp.blocks(code) if start <= block.start < end]
    bodies = [block for block in inner if block.kind == "lambda"]
    own = AWAIT.search(_without(code, start, end, bodies))
    if own is None:
        return
    for block in inner:
        if any(body.start < block.start < body.end for body in bodies):
            continue
        line = line_of(code, block.start)
        if block.kind == "value" and code[block.start + 1:block.end].strip():
            yield Finding(name, line, "shapes", "braces in a statement that contains co_await",
                          "name the object in a statement of its own, then pass it (std::move); g++ 12 destroys it twice")
        elif block.kind == "lambda" and not _harmless(block.captures):
            yield Finding(name, line, "shapes", f"lambda capturing [{block.captures}] in a statement that contains co_await",
                          "bind the lambda to a name first, or capture by reference")


def _without(code, start, end, bodies):
    text = code[start:end]
    for body in bodies:
        at, to = body.start - start, body.end - start
        text = text[:at] + re.sub(r"[^\n]", " ", text[at:to]) + text[to:]
    return text


def _harmless(captures):
    return all(part.strip() in ("", "&", "this") or re.fullmatch(r"&\w+", part.strip()) for part in captures.split(","))
