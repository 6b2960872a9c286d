# SPDX-License-Identifier: Apache-2.0
"""lint.style: sizes, names, first lines and words that every file of the tree keeps to."""

import re
import shutil
import subprocess

from checks import cpp
from checks.tree import Finding, line_of

SPDX = "SPDX-License-Identifier: Apache-2.0"
FILE_LINES_MOST = 400
FUNCTION_LINES_MOST = 70
FILE_BYTES_MOST = 1_000_000
VAGUE = {"util", "utils", "utility", "helper", "helpers", "manager", "managers", "common", "misc"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
# Paths of one developer's machine. Paths of the container image (/usr, /etc, /var) are fine.
MACHINE_PATHS = re.compile(r"(?<![\w.$}\-/])/(?:root|work|home/\w+|Users/\w+)/|/tmp/(?:b-|bash_)\w+")
HOSTS = re.compile(r'"resolved":\s*"https?://|\bregistry\.(?!example\b)[\w-]+\.[a-z]{2,}|\b(?:localhost|127\.0\.0\.1):4873\b')
# The tree speaks of the product, not of who or what typed it.
AUTHORSHIP = re.compile(
    r"\bco-authored-by\b|\b(?:coding|autonomous|language|sub)[- ]?(?:agents?|models?)\b"
    r"|\bAI[- ](?:agents?|assistants?|generated|tools?|written)\b|\b(?:this|my|our|previous|next) (?:coding |work )?session\b",
    re.IGNORECASE)
OWN_TEXT = ("tests/lint/", "package-lock.json")
TEXT_ENDINGS = (".cpp", ".hpp", ".md", ".py", ".sh", ".cmake", ".txt", ".json", ".yaml", ".yml", ".js", ".mjs", ".ts", ".query",
                ".html", ".css", ".sol", ".toml")
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def check(tree):
    findings = []
    for name in tree.files:
        findings += _size(tree, name)
        if b"\0" not in (tree.root / name).read_bytes()[:8192]:
            findings += _text(tree, name)
    for name in tree.cpp_files():
        findings += _cpp(tree, name)
    return findings + list(_scripts(tree))


def _size(tree, name):
    data = (tree.root / name).read_bytes()
    if len(data) > FILE_BYTES_MOST:
        yield Finding(name, 1, "files", f"{len(data)} bytes; files of more than {FILE_BYTES_MOST} do not belong in git",
                      "keep the part a test needs, or generate it when it is needed")
    if b"\0" in data[:8192] and not _explained_tape(tree, name, data):
        yield Finding(name, 1, "files", "a binary file",
                      "keep text that a reviewer can read (hex, JSON Lines), or build it when it is needed")


def _explained_tape(tree, name, data):
    """A recording is data, and compressed; a page beside it says how it was made and how to make it again."""
    folder, _, file = name.rpartition("/")
    page = f"{folder}/README.md"
    return (file.endswith(".jsonl.zst") and data.startswith(ZSTD_MAGIC)
            and page in tree.files and file in tree.read(page))


def _text(tree, name):
    text = tree.read(name)
    stem = name.rsplit("/", 1)[-1].split(".")[0]
    vague = VAGUE & {*name.lower().split("/")[:-1], stem.lower(), *stem.lower().split("_")}
    if vague:
        yield Finding(name, 1, "names", f"'{vague.pop()}' names nothing", "name the file or folder after the one thing it holds")
    if name.startswith(OWN_TEXT) or name.endswith("package-lock.json"):
        patterns = ((HOSTS, "hosts", "the address of a package registry", "leave the registry to the user's npm or apt configuration"),)
    else:
        patterns = (
            (UNFINISHED, "unfinished", "marks unfinished work", "finish it, or open an issue and say here what is the case today"),
            (MACHINE_PATHS, "machine", "a path of one machine", "use a path relative to the repository, or a setting"),
            (HOSTS, "hosts", "the address of a package registry", "leave the registry to the user's npm or apt configuration"),
            (AUTHORSHIP, "authorship", "speaks of who or what wrote the text", "say what the code does and why"),
        )
    for pattern, rule, wrong, remedy in patterns:
        for match in pattern.finditer(text):
            yield Finding(name, line_of(text, match.start()), rule, f"'{match.group().strip()}': {wrong}", remedy)
    if name.endswith(TEXT_ENDINGS) and not name.startswith("tests/fixtures/"):
        for match in re.finditer(r"[ \t]+$", text, re.MULTILINE):
            yield Finding(name, line_of(text, match.start()), "spaces", "white space at the end of the line", "remove it")


def _cpp(tree, name):
    text = tree.read(name)
    lines = text.splitlines()
    if not lines or lines[0] != f"// {SPDX}":
        yield Finding(name, 1, "first-line", "does not begin with the licence line", f"first line: // {SPDX}")
    if name.endswith(".hpp") and "#pragma once" not in lines[:3]:
        yield Finding(name, 2, "first-line", "the header has no #pragma once", "second line: #pragma once")
    if len(lines) > FILE_LINES_MOST:
        yield Finding(name, len(lines), "sizes", f"{len(lines)} lines; a file has at most {FILE_LINES_MOST}",
                      "split it along what its parts are about")
    code = cpp.code_of(text)
    for match in re.finditer(r"\bnamespace ([\w:]+)", code):
        vague = VAGUE & set(match.group(1).split("::"))
        if vague:
            yield Finding(name, line_of(text, match.start()), "names", f"namespace '{vague.pop()}' names nothing",
                          "name it after the one thing it holds")
    for block in cpp.blocks(code):
        length = line_of(code, block.end) - line_of(code, block.start) + 1
        if block.kind == "function" and length > FUNCTION_LINES_MOST:
            yield Finding(name, line_of(code, block.start), "sizes", f"a function of {length} lines; at most {FUNCTION_LINES_MOST}",
                          "give its steps names of their own")


def _scripts(tree):
    """Shell scripts, when shellcheck is there (tests/run installs it)."""
    shellcheck = shutil.which("shellcheck")
    scripts = [name for name in tree.files if (tree.root / name).read_bytes()[:64].split(b"\n")[0].startswith(b"#!")
               and re.search(rb"\b(?:ba)?sh\b", (tree.root / name).read_bytes().split(b"\n")[0])]
    if not shellcheck or not scripts:
        return
    done = subprocess.run([shellcheck, "--external-sources", "--source-path=SCRIPTDIR", "--format=gcc", *scripts], cwd=tree.root, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        match = re.match(r"^([^:]+):(\d+):\d+: (?:error|warning|note): (.*)$", line)
        if match:
            yield Finding(match.group(1), int(match.group(2)), "shell", match.group(3), "https://www.shellcheck.net/wiki/")
