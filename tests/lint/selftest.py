#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that the walls hold: plants each violation in a small tree and expects the check to name it."""

import argparse
import ast
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).resolve().parent
ROOT = LINT.parent.parent
sys.path.insert(0, str(LINT))
sys.dont_write_bytecode = True

from checks import coroutines, cpp, docs, headers, layers, layout, owners, shapes_ast, style, tidy  # noqa: E402
from checks.tree import SetupError, Tree  # noqa: E402

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = LICENCE + "#pragma once\n\n"
CLEAN = {
    "CMakeLists.txt": "faultline_module(base)\nfaultline_module(core/eth DEPS base)\n"
                      "faultline_module(shell/runtime DEPS base USES asio)\n"
                      "faultline_module(shell/net DEPS base shell/runtime USES asio beast openssl)\n",
    "include/faultline/base/bytes.hpp": HEADER + "namespace faultline {\n\nint bytes();\n\n}  // namespace faultline\n",
    "src/base/bytes.cpp": LICENCE + "#include <faultline/base/bytes.hpp>\n\nnamespace faultline {\n\n"
                          "int bytes() {\n    return 1;\n}\n\n}  // namespace faultline\n",
    "src/core/eth/block.cpp": LICENCE + "#include <faultline/base/bytes.hpp>\n",
    "src/shell/runtime/loop.cpp": LICENCE + "#include <boost/asio/io_context.hpp>\n\n#include <chrono>\n"
                                  "auto now() { return std::chrono::steady_clock::now(); }\n",
    "src/shell/net/http.cpp": LICENCE + "#include <boost/beast/http.hpp>\n#include <shell/net/tls.hpp>\n",
    "src/shell/net/tls.hpp": HEADER + "#include <openssl/ssl.h>\n",
}
CLEAN |= {f"src/{path}/README.md": "# A module\n" for path in ("base", "core/eth", "shell/runtime", "shell/net")}
MODULES = [
    {"path": "base", "deps": [], "uses": []},
    {"path": "core/eth", "deps": ["base"], "uses": []},
    {"path": "shell/runtime", "deps": ["base"], "uses": ["asio"]},
    {"path": "shell/net", "deps": ["base", "shell/runtime"], "uses": ["asio", "beast", "openssl"]},
]


class WallTest(unittest.TestCase):
    """A tree of a few files in a temporary folder, and what a check says about it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faultline-lint-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def tree(self, files=None, modules=None):
        for name, text in {**CLEAN, **(files or {})}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        build = self.folder / "build" / "release"
        build.mkdir(parents=True, exist_ok=True)
        (build / "modules.json").write_text(json.dumps(MODULES if modules is None else modules))
        clang = "clang++-19 -std=c++23 -Wall -Wextra -Werror -I" + str(self.folder / "include")
        rows = [{"directory": str(build), "file": str(path), "command": f"{clang} -o x.o -c {path}"}
                for path in sorted(self.folder.glob("src/**/*.cpp"))]
        (build / "compile_commands.json").write_text(json.dumps(rows))
        return Tree(self.folder, build)

    def said(self, check, files=None, modules=None):
        return [f"{finding.path}:{finding.line}: [{finding.rule}] {finding.wrong}"
                for finding in check(self.tree(files, modules))]

    def flags(self, check, place, wrong, files, modules=None):
        """The check reports exactly one thing, at `place`, in words that hold `wrong`."""
        said = self.said(check, files, modules)
        self.assertEqual(len(said), 1, said)
        self.assertTrue(said[0].startswith(place + ":"), said[0])
        self.assertIn(wrong, said[0])

    def passes(self, check, files=None, modules=None):
        self.assertEqual(self.said(check, files, modules), [])


class Layers(WallTest):
    def test_a_clean_tree_passes(self):
        self.passes(layers.check)

    def test_an_undeclared_include(self):
        self.flags(layers.check, "src/core/eth/log.cpp:3", "does not depend on shell/runtime",
                   {"src/core/eth/log.cpp": LICENCE + "\n#include <faultline/shell/runtime/task.hpp>\n"})

    def test_an_include_in_a_comment_counts_for_nothing(self):
        self.passes(layers.check, {"src/base/a.cpp": LICENCE + "// #include <faultline/core/eth/block.hpp>\n"})

    def test_the_private_header_of_another_module(self):
        for text in ('#include "shell/net/tls.hpp"', "#include <shell/net/tls.hpp>", '#include "../net/tls.hpp"'):
            with self.subTest(text):
                self.flags(layers.check, "src/shell/runtime/b.cpp:2", "no private header of its own",
                           {"src/shell/runtime/b.cpp": LICENCE + text + "\n"})

    def test_a_private_header_in_a_public_one(self):
        self.flags(layers.check, "include/faultline/shell/net/url.hpp:4", "a public header includes",
                   {"include/faultline/shell/net/url.hpp": HEADER + "#include <shell/net/tls.hpp>\n"})

    def test_core_on_shell_in_the_table(self):
        modules = [dict(row) for row in MODULES]
        modules[1]["deps"] = ["base", "shell/net"]
        self.flags(layers.check, "CMakeLists.txt:2", "core/eth is pure but depends on shell/net", {}, modules)

    def test_a_cycle_in_the_table(self):
        modules = [dict(row) for row in MODULES]
        modules[2]["deps"] = ["base", "shell/net"]
        self.flags(layers.check, "CMakeLists.txt:3", "cycle: shell/runtime -> shell/net -> shell/runtime", {}, modules)

    def test_an_unknown_dependency(self):
        modules = [dict(row) for row in MODULES]
        modules[1]["deps"] = ["base", "core/graph"]
        self.flags(layers.check, "CMakeLists.txt:2", "which is no module", {}, modules)

    def test_a_folder_that_is_no_module(self):
        self.flags(layers.check, "src/core/graph/node.cpp:1", "no declared module", {"src/core/graph/node.cpp": LICENCE})

    def test_a_module_without_source(self):
        self.flags(layers.check, "CMakeLists.txt:1", "declared but has no source", {},
                   [*MODULES, {"path": "core/graph", "deps": [], "uses": []}])

    def test_no_build_folder_is_said_plainly(self):
        with self.assertRaisesRegex(SetupError, "Configure first"):
            layers.check(Tree(self.folder))


class Owners(WallTest):
    def test_a_clean_tree_passes(self):
        self.passes(owners.check)

    def test_a_library_outside_its_owner(self):
        for header, library in (("boost/asio.hpp", "asio"), ("boost/asio/ssl.hpp", "asio, openssl"), ("rocksdb/db.h", "rocksdb"),
                                ("simdjson.h", "simdjson"), ("yaml-cpp/yaml.h", "yaml-cpp"), ("fmt/core.h", "spdlog"),
                                ("prometheus/registry.h", "prometheus"), ("CLI/CLI.hpp", "cli11"), ("boost/url.hpp", "boost")):
            with self.subTest(header):
                self.flags(owners.check, "src/core/eth/c.cpp:2", f"does not own {library}",
                           {"src/core/eth/c.cpp": LICENCE + f"#include <{header}>\n"})

    def test_a_test_oracle_in_the_product(self):
        for header in ("boost/multiprecision/cpp_int.hpp", "gmpxx.h", "catch2/catch.hpp"):
            with self.subTest(header):
                self.flags(owners.check, "src/base/c.cpp:2", "for tests only",
                           {"src/base/c.cpp": LICENCE + f"#include <{header}>\n"})

    def test_an_unknown_library(self):
        self.flags(owners.check, "src/base/c.cpp:2", "no library that the owner table knows",
                   {"src/base/c.cpp": LICENCE + "#include <intx/intx.hpp>\n"})

    def test_a_fourth_unit_with_beast_even_through_a_header(self):
        files = {f"src/shell/net/u{number}.cpp": LICENCE + "#include <shell/net/http_parts.hpp>\n" for number in range(3)}
        files["src/shell/net/http_parts.hpp"] = HEADER + "#include <boost/beast/core.hpp>\n"
        files["src/shell/net/beast_source.cpp"] = LICENCE + "#include <boost/beast/src.hpp>\n"
        self.flags(owners.check, "src/shell/net/u2.cpp:1", "unit 4 that includes Beast", files)

    def test_time_and_output_in_a_pure_module(self):
        for header in ("chrono", "thread", "iostream", "random", "unistd.h"):
            with self.subTest(header):
                self.flags(owners.check, "src/core/eth/d.cpp:2", f"pure module core/eth includes <{header}>",
                           {"src/core/eth/d.cpp": LICENCE + f"#include <{header}>\n"})

    def test_floating_point_in_core(self):
        self.flags(owners.check, "src/core/eth/d.cpp:2", "floating point",
                   {"src/core/eth/d.cpp": LICENCE + "double price = 1;  // a double is not exact\n"})

    def test_hash_order_in_core(self):
        self.flags(owners.check, "src/core/eth/d.cpp:4", "unordered container 'rows'",
                   {"src/core/eth/d.cpp": LICENCE + "void f() {\n    std::unordered_map<int, int> rows;\n"
                    "    for (const auto& [key, value] : rows) {\n        g(key, value);\n    }\n}\n"})


def coroutine(body):
    return {"src/shell/net/e.cpp": LICENCE + "Task<> f() {\n" + "".join(f"    {line}\n" for line in body) + "}\n"}


class Coroutines(WallTest):
    def test_a_clean_tree_passes(self):
        self.passes(coroutines.check)

    def test_the_shapes_that_are_destroyed_twice(self):
        for line, wrong in (
                ("co_await f(Agg{t, 1});", "braces"),
                ("co_await f({.t = t});", "braces"),
                ("Agg a{co_await g(), 2};", "braces"),
                ("FAULTLINE_CO_TRY(auto x, co_await f(Agg{t, 1}));", "braces"),
                ("co_await (f(Agg{t}) || g());", "braces"),
                ("if (co_await f(Agg{t})) {}", "braces"),
                ("co_await f([t] { return t; });", "lambda capturing [t]"),
                ("co_await [t]() -> Task<> { co_return; }();", "lambda capturing [t]"),
        ):
            with self.subTest(line):
                self.flags(coroutines.check, "src/shell/net/e.cpp:4", wrong, coroutine(["g();", line]))

    def test_the_shapes_that_are_fine(self):
        self.passes(coroutines.check, coroutine([
            "Agg a{t, 1};",
            "co_await f(std::move(a));",
            "co_await f([&t, this] { return t; });",
            "auto task = f(Agg{t});",
            "co_await std::move(task);",
            "auto g = [t]() -> Task<> { co_await f(t); };",
            "for (auto& x : xs) { co_await f(x); }",
            "auto y = co_await g(c ? 1 : 2);",
            "co_await f(1'000, \"{?\", '{');",
            "if (co_await f(y)) { h(Agg{y}); } else { h(c ? y : Agg{}); }",
            "co_return Agg{t, 1};",
        ]))

    def test_await_in_catch(self):
        self.flags(coroutines.check, "src/shell/net/e.cpp:6", "inside a catch",
                   coroutine(["try {", "    g();", "} catch (const E& e) {", "    co_await h();", "}"]))

    def test_a_detached_task_a_lock_and_asio_outside(self):
        for text, rule in (("co_spawn(ex, f(), detached);", "detached"), ("std::mutex m;", "locks"),
                           ("std::scoped_lock l(m);", "locks"), ("thread.detach();", "detached")):
            with self.subTest(text):
                self.flags(coroutines.check, "src/shell/net/e.cpp:3", f"[{rule}]", coroutine([text]))
        self.flags(coroutines.check, "src/core/eth/x.cpp:2", "[asio]",
                   {"src/shell/net/e.cpp": LICENCE, "src/core/eth/x.cpp": LICENCE + "using boost::asio::use_awaitable_t;\n"})

    def test_a_clock_in_the_product_and_a_sleep_in_a_test(self):
        for name in ("src/core/eth/e.cpp", "tests/unit/base/e_test.cpp"):
            for text in ("auto t = std::chrono::system_clock::now();", "std::this_thread::sleep_for(s);", "std::random_device seed;"):
                with self.subTest(name + text):
                    for stale in ("src/core/eth/e.cpp", "tests/unit/base/e_test.cpp"):
                        (self.folder / stale).unlink(missing_ok=True)
                    self.flags(coroutines.check, f"{name}:2", "[clocks]", {name: LICENCE + text + "\n"})

    @unittest.skipUnless(shutil.which("clang-query-19"), "clang-tools-19 is not installed")
    def test_the_syntax_tree_sees_the_shape_too(self):
        source = LICENCE + """#include <coroutine>
#include <string>
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
    bool await_ready() { return true; }
    void await_suspend(std::coroutine_handle<>) {}
    void await_resume() {}
};
struct Agg {
    std::string text;
    int number;
};
Task f(Agg) {
    co_return;
}
Task fine(std::string text) {
    Agg named{text, 1};
    co_await f(named);
}
Task wrong(std::string text) {
    co_await f(Agg{text, 1});
}
"""
        (self.folder / "tests/lint").mkdir(parents=True)
        shutil.copy(LINT / "coroutine_shapes.query", self.folder / "tests/lint")
        self.flags(shapes_ast.check, "src/base/shape.cpp:28", "one expression with co_await", {"src/base/shape.cpp": source})
        choice = source.replace("f(Agg{text, 1})", "f(text.empty() ? Agg() : named())").replace("Task f(Agg)", "Agg named();\nTask f(Agg)")
        self.flags(shapes_ast.check, "src/base/shape.cpp:29", "one expression with co_await", {"src/base/shape.cpp": choice})
        scalar = source.replace("f(Agg{text, 1})", "g(text.empty() ? 1 : 2)").replace("Task f(Agg)", "Task g(int);\nTask f(Agg)")
        self.passes(shapes_ast.check, {"src/base/shape.cpp": scalar})
        self.flags(shapes_ast.check, "src/base/shape.cpp:2", "file not found",
                   {"src/base/shape.cpp": LICENCE + "#include <gone.hpp>\n// co_await\n"})


class Compilers(WallTest):
    def test_a_header_that_does_not_stand_alone(self):
        self.passes(headers.check)
        self.flags(headers.check, "include/faultline/base/hex.hpp:4", "undeclared identifier 'std'",
                   {"include/faultline/base/hex.hpp": HEADER + "std::string hex();\n"})

    def test_a_fix_is_seen_and_a_new_break_in_an_included_header_too(self):
        broken = {"include/faultline/base/hex.hpp": HEADER + "std::string hex();\n"}
        fixed = {"include/faultline/base/hex.hpp": HEADER + "#include <string>\nstd::string hex();\n"}
        self.assertEqual(len(self.said(headers.check, broken)), 1)
        self.passes(headers.check, fixed)
        self.passes(headers.check, fixed)
        user = {**fixed, "include/faultline/base/user.hpp": HEADER + "#include <faultline/base/hex.hpp>\ninline auto h() { return hex(); }\n"}
        self.passes(headers.check, user)
        gone = {**user, "include/faultline/base/hex.hpp": HEADER}
        self.flags(headers.check, "include/faultline/base/user.hpp:5", "undeclared identifier 'hex'", gone)

    def test_a_warning_of_clang_tidy(self):
        shutil.copy(ROOT / ".clang-tidy", self.folder)
        self.flags(tidy.check, "src/base/t.cpp:3", "misc-const-correctness",
                   {"src/base/t.cpp": LICENCE + "int twice(int x) {\n    int y = x * 2;\n    return y;\n}\n",
                    "src/base/bytes.cpp": LICENCE, "src/core/eth/block.cpp": LICENCE})

    def test_a_file_that_is_not_laid_out(self):
        shutil.copy(ROOT / ".clang-format", self.folder)
        self.flags(layout.check, "src/base/bytes.cpp:2", "not laid out",
                   {**{name: LICENCE for name in CLEAN if name.startswith("src/") and name.endswith(".cpp")},
                    "src/base/bytes.cpp": LICENCE + "int   x( );\n"})


class Style(WallTest):
    def test_a_clean_tree_passes(self):
        self.passes(style.check)

    def test_first_lines(self):
        self.flags(style.check, "src/base/a.cpp:1", "licence", {"src/base/a.cpp": "int x;\n"})
        self.flags(style.check, "src/base/a.hpp:2", "#pragma once", {"src/base/a.cpp": LICENCE, "src/base/a.hpp": LICENCE})

    def test_a_long_file_and_a_long_function(self):
        self.flags(style.check, "src/base/a.cpp:401", "401 lines", {"src/base/a.cpp": LICENCE + "\n" * 400})
        body = "    step();\n" * 70
        self.flags(style.check, "src/base/a.cpp:2", "a function of 72 lines",
                   {"src/base/a.cpp": LICENCE + "void f(int x) {\n" + body + "}\n"})

    def test_words_that_do_not_belong(self):
        # Written in two halves, so that this file keeps the rules it tests.
        for text, rule in (("TO" + "DO", "unfinished"), ("see /ro" + "ot/x", "machine"), ("AI" + "-generated", "authorship"),
                           ('"resolved": "https:' + '//x"', "hosts"), ("a \n", "spaces")):
            with self.subTest(text):
                self.flags(style.check, "docs/a.md:2", f"[{rule}]", {"docs/a.md": "# A\n" + text + "\n"})

    def test_names_that_name_nothing(self):
        self.flags(style.check, "src/base/string_utils.cpp:1", "'utils' names nothing", {"src/base/string_utils.cpp": LICENCE})
        (self.folder / "src/base/string_utils.cpp").unlink()
        self.flags(style.check, "src/base/a.cpp:2", "namespace 'helper'",
                   {"src/base/a.cpp": LICENCE + "namespace faultline::helper {}\n"})

    def test_a_tape_passes_with_a_page_that_names_it(self):
        self.passes(style.check, {"tests/fixtures/t.jsonl.zst": b"\x28\xb5\x2f\xfd\0",
                                  "tests/fixtures/README.md": "t.jsonl.zst was recorded\n"})

    def test_a_tape_without_a_page_is_a_binary_file(self):
        self.flags(style.check, "tests/fixtures/t.jsonl.zst:1", "binary",
                   {"tests/fixtures/t.jsonl.zst": b"\x28\xb5\x2f\xfd\0"})

    def test_what_only_is_called_a_tape_is_a_binary_file(self):
        self.flags(style.check, "tests/fixtures/t.jsonl.zst:1", "binary",
                   {"tests/fixtures/t.jsonl.zst": b"\0", "tests/fixtures/README.md": "t.jsonl.zst was recorded\n"})

    def test_binary_and_large_files(self):
        self.flags(style.check, "tests/fixtures/a.bin:1", "binary", {"tests/fixtures/a.bin": b"\0\1"})
        self.flags(style.check, "tests/fixtures/a.bin:1", "1000001 bytes", {"tests/fixtures/a.bin": b"a" * 1_000_001})

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_a_shell_script(self):
        self.flags(style.check, "deploy/run:3", "[shell]", {"deploy/run": "#!/usr/bin/env bash\nfolder=$1\nrm $folder\n"})


class Docs(WallTest):
    def test_a_module_without_a_page_and_one_with_a_book(self):
        self.flags(docs.check, "src/base/README.md:60", "longer than a page", {"src/base/README.md": "line\n" * 61})
        self.flags(docs.check, "src/core/graph/README.md:1", "does not introduce itself", {"src/base/README.md": "# Base\n"},
                   [*MODULES, {"path": "core/graph", "deps": [], "uses": []}])

    def test_links(self):
        good = {"README.md": "# A b\n[x](docs/a.md#one-two) [y](src/base) [z](https://example.org) [w](#a-b)\n",
                "docs/a.md": "## One, two\n```\n[no](link)\n```\n[up](../README.md)\n"}
        self.passes(docs.check, good)
        self.flags(docs.check, "README.md:2", "leads nowhere", {**good, "README.md": "\n[x](docs/b.md)\n"})
        self.flags(docs.check, "README.md:2", "no heading '#three'", {**good, "README.md": "\n[x](docs/a.md#three)\n"})

    def test_the_layer_table(self):
        rows = ["| `base` | x | | |", "| `core/eth` | x | base | |", "| `shell/runtime` | x | base | Asio |",
                "| `shell/net` | x | base, runtime | Beast |"]
        self.passes(docs.check, {"docs/architecture.md": "\n".join(rows)})
        rows[3] = "| `shell/net` | x | base, eth | Beast |"
        self.flags(docs.check, "docs/architecture.md:4", "differs from its DEPS: eth, runtime", {"docs/architecture.md": "\n".join(rows)})
        self.flags(docs.check, "docs/architecture.md:1", "shell/net is not in the table", {"docs/architecture.md": "\n".join(rows[:3])})

    def test_metric_names(self):
        source = {"src/shell/net/m.cpp": LICENCE + 'auto name = "faultline_reorgs_total";\n'}
        self.passes(docs.check, {**source, "grafana/a.json": '"rate(faultline_reorgs_total[5m])"\n'})
        self.flags(docs.check, "grafana/a.json:1", "no source declares the metric faultline_reorg_total",
                   {**source, "grafana/a.json": '"rate(faultline_reorg_total[5m])"\n'})


class Reading(unittest.TestCase):
    def test_literals_and_comments_do_not_count(self):
        code = cpp.code_of('int a = 1\'000; // {\nauto s = "}{"; /* { */ auto r = R"(})"; char c = \'{\';\n#define X {\n')
        self.assertNotIn("{", code)
        self.assertNotIn("}", code)

    def test_every_check_explains_itself_in_the_guide(self):
        guide = (LINT / "README.md").read_text()
        anchors = docs._anchors(guide)
        for path in sorted((LINT / "checks").glob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding" and isinstance(call.args[2], ast.Constant):
                    self.assertIn(call.args[2].value, anchors, f"{path.name}: the rule has no heading in README.md")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build")
    _, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
