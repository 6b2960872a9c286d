# SPDX-License-Identifier: Apache-2.0
"""Just enough of C++ to find includes, blocks and statements in text that clang-format has laid out."""

import dataclasses
import functools
import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

# Comments, raw strings, strings and characters. A quote after a digit separates digits (1'000).
_OPAQUE = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)
_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.MULTILINE)
_LAMBDA_HEAD = re.compile(
    r'(?:^|[^\w\])\s]|\b(?:return|co_return|co_await)\b|[(,={&|!?:;]\s)\s*'
    r'\[(?P<captures>[^\[\]]*)\]\s*(?:<[^{}]*>)?\s*(?:\([^{}]*\))?[\s\w]*(?:->[\s\w:<>,*&]+)?\s*$')
_CONTROL = re.compile(r'^\s*(?:\}?\s*else\s+)?(?:if|for|while|switch|catch|do|else|try)\b')
_SCOPE = re.compile(r'\b(?:namespace|class|struct|union|enum|extern|concept)\b')


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


@functools.lru_cache(maxsize=None)
def code_of(text):
    """The text with comments, literals and preprocessor lines blanked; offsets stay the same."""
    return _DIRECTIVE.sub(_blank, without_literals(text))


@functools.lru_cache(maxsize=None)
def without_literals(text):
    return _OPAQUE.sub(_blank, text)


def includes(text):
    """(line, header, quoted) of each include. Literals are kept: a quoted header is one."""
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == '"'


@dataclasses.dataclass
class Block:
    """One pair of braces. `kind` is 'value' (an initialiser), 'lambda', 'control', 'scope'
    (namespace, class, enum) or 'function'."""

    start: int
    end: int
    kind: str
    head: str
    captures: str = ""


@functools.lru_cache(maxsize=None)
def blocks(code):
    """All braces of blanked code, outermost first."""
    found, open_ones = [], []
    for match in re.finditer(r"[{}]", code):
        if match.group() == "{":
            open_ones.append(match.start())
        elif open_ones:
            start = open_ones.pop()
            found.append(_classify(code, start, match.start()))
    return tuple(sorted(found, key=lambda block: block.start))


def _classify(code, start, end):
    before = code[max(0, start - 600):start]
    head = re.split(r"[;{}]", before)[-1]
    last = before.rstrip()[-1:]
    in_lambda = _LAMBDA_HEAD.search(before)
    if in_lambda and last != "=":
        return Block(start, end, "lambda", head, in_lambda.group("captures").strip())
    glued = bool(before) and not before[-1].isspace()
    if glued or last in ("=", ",", "(", "[", "?", ":") or re.search(r"\breturn\s*$", before):
        return Block(start, end, "value", head)
    if _CONTROL.search(head) or not head.strip():
        return Block(start, end, "control", head)
    if _SCOPE.search(head) and "(" not in head:
        return Block(start, end, "scope", head)
    return Block(start, end, "function" if "(" in head else "scope", head)


def enclosing(code, offset):
    """The blocks around an offset, innermost first."""
    around = [block for block in blocks(code) if block.start < offset < block.end]
    return sorted(around, key=lambda block: block.start, reverse=True)


def statement(code, offset):
    """(start, end) of the full expression around an offset: from the last ';' or block brace
    before it to the next one after it; values in braces and lambda bodies inside are part of it."""
    opens = {block.start: block for block in blocks(code)}
    closes = {block.end: block for block in blocks(code)}
    start = offset
    while start > 0:
        char, at = code[start - 1], start - 1
        if char == ";" or (char == "{" and opens.get(at) and opens[at].kind != "value"):
            break
        if char == "}" and at in closes:
            if closes[at].kind not in ("value", "lambda"):
                break
            start = closes[at].start
            continue
        start = at
    end = offset
    while end < len(code):
        char = code[end]
        if char == ";" or (char == "}" and end in closes and closes[end].kind != "value"):
            break
        if char == "{" and end in opens:
            if opens[end].kind not in ("value", "lambda"):
                break
            end = opens[end].end
        end += 1
    return start, end
