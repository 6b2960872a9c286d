# SPDX-License-Identifier: Apache-2.0
"""Runs a clang tool over many files: in parallel, and only over those whose inputs changed.

A pass is remembered in build/lint-cache under a hash of the command, the tool's version and the
contents of every project file the unit includes, so that a second run costs seconds.
"""

import concurrent.futures
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from checks.tree import Finding, MissingTool, SetupError

DIAGNOSTIC = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+):\d+: (?P<kind>fatal error|error|warning|note): (?P<text>.*)$")
ALWAYS_HASHED = (".clang-tidy", "tests/lint/coroutine_shapes.query")


def tool(name):
    """The path of a version-19 tool, or of the plain name when that is version 19."""
    for candidate in (f"{name}-19", name):
        path = shutil.which(candidate)
        if path and "version 19." in _version(path):
            return path
    raise MissingTool(f"{name}-19 is not installed. Install it: apt-get install clang-19 clang-tools-19 clang-tidy-19 "
                      "clang-format-19")


def _version(path):
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout


def flags_of(row):
    """The compile flags of one compilation database row: no launcher, no input, no output."""
    words = row.get("arguments") or shlex.split(row["command"])
    while words and not re.search(r"clang\+\+|clang-cl|g\+\+|c\+\+", os.path.basename(words[0])):
        words = words[1:]
    flags, skip = [], False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif word not in ("-c", "-MD", "-MMD", row["file"]) and not word.startswith("-fsanitize"):
            flags.append(word)
    return flags


def flags_for(tree, name):
    """The flags a file is compiled with; for a header, those of a unit of the same folder."""
    rows = tree.compile_commands
    if not rows:
        raise SetupError("compile_commands.json is empty; configure again: cmake --preset release")
    if name in rows:
        return flags_of(rows[name])
    folder = name.removeprefix("include/faultline/").removeprefix("src/").rpartition("/")[0]
    near = [unit for unit in rows if unit.startswith(f"src/{folder}/")]
    return flags_of(rows[min(near) if near else min(rows)])


def run_all(tree, units, command, parse, jobs=None):
    """Findings of `command(unit)` for each unit; `parse(unit, output, code)` gives a unit's list.
    A unit without findings is not run again until something it includes changes."""
    cache = _cache_folder(tree)
    cache.mkdir(parents=True, exist_ok=True)

    def one(unit):
        words = command(unit)
        mark = cache / _key(tree, unit, words)
        if mark.exists():
            return []
        done = subprocess.run(words, cwd=tree.root, capture_output=True, text=True, check=False)
        findings = parse(unit, done.stdout + done.stderr, done.returncode)
        if not findings and done.returncode == 0:
            mark.touch()
        elif not findings:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            findings = [Finding(unit, 1, "setup", f"{words[0]} ended with {done.returncode}: {''.join(last)}",
                                f"run it by hand: {shlex.join(words)}")]
        return findings

    # Half the machine at most when ctest runs other tests beside this one is ctest's business
    # (PROCESSORS); here one job per core.
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count() or 2) as pool:
        return sorted({finding for found in pool.map(one, units) for finding in found},
                      key=lambda finding: (finding.path, finding.line, finding.wrong))


def _cache_folder(tree):
    shared = tree.root / "build"
    return (shared if tree.build and tree.build.resolve().parent == shared.resolve() else tree.build) / "lint-cache"


def _key(tree, unit, words):
    """Changes with everything that can change the answer, system headers aside."""
    digest = hashlib.sha256()
    stable = [word for word in words if not word.startswith(("-p=", "-DFAULTLINE_BINARY_DIR"))]
    digest.update("\0".join([*stable, _version(words[0])]).encode())
    for name in [*ALWAYS_HASHED, *dependencies(tree, unit)]:
        path = tree.root / name
        digest.update(name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def dependencies(tree, unit):
    """The project files a unit includes, itself first: a walk over include lines, no preprocessor."""
    from checks import cpp
    seen, todo = [unit], [unit]
    while todo:
        name = todo.pop()
        for _, header, _ in cpp.includes(tree.read(name)):
            beside = str(pathlib.PurePosixPath(name).parent / header)
            for path in (f"include/{header}", f"src/{header}", f"tests/{header}", beside):
                if path in tree.files and path not in seen:
                    seen.append(path)
                    todo.append(path)
    return [unit, *sorted(seen[1:])]


def diagnostics(tree, unit, output, rule, remedy):
    """A finding for each error or warning line of a clang tool."""
    found = []
    for line in output.splitlines():
        match = DIAGNOSTIC.match(line)
        if match and match.group("kind") != "note":
            path = match.group("path")
            try:
                path = str(pathlib.Path(tree.root, path).resolve().relative_to(tree.root.resolve()))
            except ValueError:
                path = unit
            found.append(Finding(path, int(match.group("line")), rule, match.group("text"), remedy))
    return found
