"""Reads Terraform files as far as the tests need: blocks, their attributes, and which names these refer to.

Values stay text. deploy/terraform/check.sh holds the same files against Terraform's own parser, where that
can be had; this needs nothing but Python.
"""
import re

TOKEN = re.compile(r"""
    (?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/) | (?P<newline>\n) | (?P<word>[A-Za-z_][\w-]*)
  | (?P<number>\d+(\.\d+)?) | (?P<quote>") | (?P<open>[(\[{]) | (?P<close>[)\]}])
  | (?P<sign>=>|==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%=<>!?:,.])""", re.X | re.S)


class Block:
    """kind "label" ... { attributes and blocks }"""

    def __init__(self, kind, labels, line):
        self.kind, self.labels, self.line = kind, labels, line
        self.attributes, self.blocks = {}, []

    def all(self, kind):
        """Blocks of a kind within this one; what a `dynamic` block makes counts as one."""
        out = [b for b in self.blocks if b.kind == kind]
        for b in self.blocks:
            if b.kind == "dynamic" and b.labels == [kind]:
                out += b.all("content")
        return out

    def texts(self):
        """Every value within, however deep."""
        yield from self.attributes.values()
        for b in self.blocks:
            yield from b.texts()


def string_end(text, at):
    """Where the string that begins at text[at] ends, past its quote."""
    at += 1
    while text[at] != '"':
        if text[at] == "\n":
            raise ValueError("a string does not end: %s" % text[at - 40:at])
        if text[at] == "\\":
            at += 2
        elif text.startswith(("${", "%{"), at) and text[at - 1] not in "$%":
            at = template_end(text, at + 2)
        else:
            at += 1
    return at + 1


def template_end(text, at):
    """Where the ${ whose inside begins at text[at] ends, past its brace."""
    depth = 1
    while depth:
        if text[at] == '"':
            at = string_end(text, at)
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def tokens(text):
    """(kind, text, offset) of each; space and comments are left out."""
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found or text.startswith("<<", at):
            raise ValueError("line %d: cannot read %r" % (text.count("\n", 0, at) + 1, text[at:at + 20]))
        kind, start = found.lastgroup if found.lastgroup != "quote" else "string", at
        at = string_end(text, at) if kind == "string" else found.end()
        if kind != "space":
            yield kind, text[start:at], start


def parse(text):
    """The file as a Block without a kind."""
    root = Block("", [], 1)
    stack, words, stream = [root], [], list(tokens(text))
    i = 0
    while i < len(stream):
        kind, word, at = stream[i]
        line = text.count("\n", 0, at) + 1
        if kind == "close" and word == "}" and not words and len(stack) > 1:
            stack.pop()
        elif kind == "open" and word == "{" and words:
            block = Block(words[0], [w.strip('"') for w in words[1:]], line)
            stack[-1].blocks.append(block)
            stack.append(block)
            words = []
        elif kind == "sign" and word == "=" and len(words) == 1:
            i, value = expression(text, stream, i + 1)
            if words[0] in stack[-1].attributes:
                raise ValueError("line %d: '%s' is set twice" % (line, words[0]))
            stack[-1].attributes[words[0]] = value
            words = []
            continue
        elif kind in ("word", "string"):
            words.append(word)
        elif kind != "newline" or words:
            raise ValueError("line %d: unexpected %r" % (line, word))
        i += 1
    if len(stack) > 1 or words:
        raise ValueError("the block of line %d does not end" % stack[-1].line)
    return root


def expression(text, stream, i):
    """The value that begins with token i: (index of the token behind it, its text)."""
    first, depth = i, 0
    while i < len(stream):
        kind = stream[i][0]
        if depth == 0 and (kind == "newline" or kind == "close"):
            break
        depth += {"open": 1, "close": -1}.get(kind, 0)
        i += 1
    if i == first:
        raise ValueError("line %d: a value is missing" % (text.count("\n", 0, stream[i][2]) + 1))
    return i, " ".join(t[1] for t in stream[first:i] if t[0] != "newline")


def code(value):
    """A value without the plain text of its strings: what is left refers to something."""
    out, at = [], 0
    while at < len(value):
        if value[at] != '"':
            out.append(value[at])
            at += 1
            continue
        end, inner = string_end(value, at), at + 1
        while True:
            found = re.compile(r"(?<![$%])[$%]\{").search(value, inner, end)
            if not found:
                break
            inner = template_end(value, found.end())
            out.append(" " + code(value[found.end():inner - 1]) + " ")
        at = end
    return re.sub(r" ?\. ?", ".", "".join(out))


def strings(value):
    """The plain strings of a value, such as the entries of a list."""
    out, at = [], 0
    while at < len(value):
        if value[at] == '"':
            end = string_end(value, at)
            out.append(value[at + 1:end - 1])
            at = end
        else:
            at += 1
    return out
