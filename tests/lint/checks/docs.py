# SPDX-License-Identifier: Apache-2.0
"""lint.docs: modules introduce themselves, links inside the repository lead somewhere, metrics that are named exist."""

import posixpath
import re

from checks.tree import Finding, line_of

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
METRIC = re.compile(r"\bfaultline_[a-z0-9_]*[a-z0-9]\b")
METRIC_READERS = ("docs/", "grafana/", "deploy/", "README.md")
HISTOGRAM_PARTS = re.compile(r"_(?:bucket|sum|count)$")


README_LINES_MOST = 60
ARCHITECTURE = "docs/architecture.md"


def check(tree):
    findings = [*_module_pages(tree), *_layer_table(tree)]
    for name in tree.files:
        if name.endswith(".md"):
            findings += _links(tree, name)
        if name.startswith(METRIC_READERS):
            findings += _metrics(tree, name)
    return findings


def _module_pages(tree):
    for path in tree.modules:
        name = f"src/{path}/README.md"
        if name not in tree.files:
            yield Finding(name, 1, "module-pages", f"module {path} does not introduce itself",
                          "write its page: purpose, invariants, threading, failure modes")
        elif tree.read(name).count("\n") > README_LINES_MOST:
            yield Finding(name, README_LINES_MOST, "module-pages", "longer than a page",
                          "keep what a newcomer to the module needs; the rest belongs beside the code it explains")


def _layer_table(tree):
    """The table of docs/architecture.md against the one the build enforces."""
    if ARCHITECTURE not in tree.files:
        return
    shown = {}
    for number, line in enumerate(tree.read(ARCHITECTURE).splitlines(), 1):
        match = re.match(r"\| `([\w/]+)` \|[^|]*\|([^|]*)\|", line)
        if match and match.group(1) in tree.modules:
            shown[match.group(1)] = (number, match.group(2).strip())
    for module in tree.modules.values():
        number, text = shown.get(module.path, (1, None))
        deps = {dep.rsplit("/", 1)[-1] for dep in module.deps}
        said = {name.strip() for name in (text or "").split(",")} - {""}
        if text is None:
            yield Finding(ARCHITECTURE, number, "layer-table", f"{module.path} is not in the table of layers", "add its row")
        elif not text.startswith("all") and said != deps:
            yield Finding(ARCHITECTURE, number, "layer-table",
                          f"the row of {module.path} differs from its DEPS: {', '.join(sorted(said ^ deps))}",
                          f"it may include: {', '.join(sorted(deps))}")


def _links(tree, name):
    text = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), tree.read(name))
    folders = {posixpath.dirname(path) for path in tree.files}
    folders |= {parent for folder in folders for parent in _parents(folder)}
    for match in LINK.finditer(text):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        if path.startswith("/"):
            found = path.lstrip("/")
        else:
            found = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        line = line_of(text, match.start())
        if found not in tree.files and found.rstrip("/") not in folders:
            yield Finding(name, line, "links", f"the link '{target}' leads nowhere", "correct the path, or take the link out")
        elif anchor and found.endswith(".md") and anchor not in _anchors(tree.read(found)):
            yield Finding(name, line, "links", f"no heading '#{anchor}' in {found}", "use the heading's own anchor")


def _parents(folder):
    while folder:
        yield folder
        folder = posixpath.dirname(folder)


def _anchors(text):
    """The anchors a Markdown page has by its headings."""
    found = set()
    for match in re.finditer(r"^#{1,6}\s+(.*?)\s*#*$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match.group(1)).lower())
        found.add(plain.replace(" ", "-"))
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def _metrics(tree, name):
    known = _declared_metrics(tree)
    text = tree.read(name)
    for match in METRIC.finditer(text):
        metric = match.group()
        if metric not in known and HISTOGRAM_PARTS.sub("", metric) not in known:
            yield Finding(name, line_of(text, match.start()), "metrics", f"no source declares the metric {metric}",
                          "correct the name, or declare it where the figure is known")


def _declared_metrics(tree):
    """Names in the source; and those of build targets, which look alike."""
    known = {"faultline_" + re.sub(r"^(core|shell)/", "", path).replace("/", "_") for path in tree.modules}
    for name in tree.files:
        if name.endswith((".cpp", ".hpp")) and name.startswith(("src/", "include/")):
            known.update(re.findall(r'"(faultline_[a-z0-9_]+)"', tree.read(name)))
        elif name.endswith((".cmake", "CMakeLists.txt")):
            known.update(METRIC.findall(tree.read(name)))
    return known


