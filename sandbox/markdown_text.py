"""What do text and entities look like behind MarkdownV2, and behind the older Markdown? Bot API: both styles."""

from dataclasses import dataclass

from sandbox.shapes import Doc
from sandbox.writer import Writer, broken

RESERVED = "_*[]()~`>#+-=|{}.!"
NAMES = {
    "*": ("bold", "Bold"), "_": ("italic", "Italic"), "__": ("underline", "Underline"),
    "~": ("strikethrough", "Strikethrough"), "||": ("spoiler", "Spoiler"), "`": ("code", "Code"),
    "```": ("pre", "Pre"), "[": ("text_link", "TextUrl"), "![": ("custom_emoji", "CustomEmoji"),
}  # fmt: skip
SIMPLE = {"*": "bold", "_": "italic", "`": "code", "```": "pre", "[": "text_link"}


@dataclass
class _Open:
    mark: str
    start: int
    at: int
    language: str = ""


class _V2:
    """One pass over a MarkdownV2 source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out = Writer()
        self.stack: list[_Open] = []
        self.quote: int | None = None
        self.i = 0

    def run(self) -> tuple[str, list[Doc]]:
        source = self.source
        while self.i < len(source):
            c = source[self.i]
            if c == "\\" and self.i + 1 < len(source) and 0 < ord(source[self.i + 1]) < 127:
                self.out.put(source[self.i + 1])
                self.i += 2
            elif self.stack and self.stack[-1].mark in {"`", "```"}:
                self._in_code(c)
            elif c == "\n":
                self._line_end()
            elif c in RESERVED:
                self._mark(c)
            else:
                self.out.put(c)
                self.i += 1
        self._end_quote(expandable=False)
        if self.stack:
            open_ = self.stack[-1]
            raise broken(source, open_.at, f"Can't find end of {NAMES[open_.mark][1]} entity")
        return self.out.result()

    def _in_code(self, c: str) -> None:
        mark = self.stack[-1].mark
        if self.source.startswith(mark, self.i):
            self._close(len(mark))
        elif c == "`":
            raise broken(
                self.source, self.i, "Character '`' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self.out.put(c)
            self.i += 1

    def _close(self, width: int, **more: object) -> None:
        open_ = self.stack.pop()
        if open_.language:
            more["language"] = open_.language
        self.out.close(NAMES[open_.mark][0], open_.start, **more)
        self.i += width

    def _line_end(self) -> None:
        if self.quote is not None and not self.source.startswith(">", self.i + 1):
            self._end_quote(expandable=False)
        self.out.put("\n")
        self.i += 1
        if self.quote is not None:
            self.i += 1

    def _end_quote(self, *, expandable: bool) -> None:
        if self.quote is not None:
            self.out.close("expandable_blockquote" if expandable else "blockquote", self.quote)
            self.quote = None

    def _mark(self, c: str) -> None:
        source, i = self.source, self.i
        top = self.stack[-1].mark if self.stack else ""
        at_line_start = i == 0 or source[i - 1] == "\n"
        if at_line_start and source.startswith("**>", i):
            self.i += 2
        elif c == ">" and self.quote is None and (at_line_start or source.startswith("**", i - 2)):
            self.quote = self.out.length
            self.i += 1
        elif c == "]" and top in {"[", "!["}:
            self._link()
        elif source.startswith("||", i):
            self._spoiler(top)
        else:
            self._pair(c, top)

    def _spoiler(self, top: str) -> None:
        ends_line = self.i + 2 == len(self.source) or self.source[self.i + 2] == "\n"
        if top == "||":
            self._close(2)
        elif self.quote is not None and ends_line:
            self._end_quote(expandable=True)
            self.i += 2
        else:
            self._open("||")

    def _pair(self, c: str, top: str) -> None:
        mark = c
        if c == "_":
            doubled = self.source.startswith("__", self.i)
            mark = "__" if doubled and not (top == "_" and not self._underline_is_open()) else "_"
        elif c == "`" and self.source.startswith("```", self.i):
            mark = "```"
        elif c == "!" and self.source.startswith("![", self.i):
            mark = "!["
        if mark == top and mark not in {"[", "!["}:
            self._close(len(mark))
        elif mark in NAMES:
            self._open(mark)
        else:
            reason = f"Character '{c}' is reserved and must be escaped with the preceding '\\'"
            raise broken(self.source, None, reason)

    def _underline_is_open(self) -> bool:
        return any(open_.mark == "__" for open_ in self.stack)

    def _open(self, mark: str) -> None:
        open_ = _Open(mark, self.out.length, self.i)
        self.i += len(mark)
        if mark == "```":
            open_.language, self.i = _language(self.source, self.i)
        self.stack.append(open_)

    def _link(self) -> None:
        open_ = self.stack.pop()
        at = self.i + 1
        if not self.source.startswith("(", at):
            self.i = at
            return
        url, at = _target(self.source, at + 1, open_.at)
        self.i = at
        if open_.mark == "![":
            self.out.close("custom_emoji", open_.start, custom_emoji_id=url.rpartition("=")[2])
        elif "." in url or "://" in url:
            self.out.close("text_link", open_.start, url=url if "://" in url else f"http://{url}")


def _language(source: str, at: int) -> tuple[str, int]:
    """The language behind three backticks, and where the code begins."""
    stop = at
    while stop < len(source) and not source[stop].isspace() and source[stop] != "`":
        stop += 1
    if stop < len(source) and source[stop] == "\n":
        return source[at:stop], stop + 1
    return "", at + 1 if source.startswith("\n", at) else at


def _target(source: str, at: int, began: int) -> tuple[str, int]:
    """The address in round brackets, and the place behind it."""
    url = ""
    while at < len(source) and source[at] != ")":
        if source[at] == "\\" and at + 1 < len(source):
            at += 1
        url += source[at]
        at += 1
    if at >= len(source):
        raise broken(source, began, "Can't find end of a URL")
    return url.strip(), at + 1


def parse_markdown_v2(source: str) -> tuple[str, list[Doc]]:
    """MarkdownV2: nested entities, every reserved character escaped."""
    return _V2(source).run()


def parse_markdown(source: str) -> tuple[str, list[Doc]]:
    """The legacy style: no nesting; `_ * [` and the backtick open an entity wherever they stand."""
    out, i = Writer(), 0
    while i < len(source):
        c = source[i]
        if c == "\\" and source[i + 1 : i + 2] in {"_", "*", "`", "["}:
            out.put(source[i + 1])
            i += 2
        elif c in "_*`[":
            i = _simple(source, i, out)
        else:
            out.put(c)
            i += 1
    return out.result()


def _simple(source: str, i: int, out: Writer) -> int:
    mark = "```" if source.startswith("```", i) else source[i]
    language, begin = _language(source, i + 3) if mark == "```" else ("", i + len(mark))
    end = source.find("]" if mark == "[" else mark, begin)
    if end < 0:
        raise broken(source, i, "Can't find end of the entity starting")
    start = out.length
    out.put(source[begin:end])
    if mark != "[":
        out.close(SIMPLE[mark], start, **({"language": language} if language else {}))
        return end + len(mark)
    if not source.startswith("(", end + 1):
        return end + 1
    url, behind = _target(source, end + 2, i)
    if "." in url or "://" in url:
        out.close("text_link", start, url=url if "://" in url else f"http://{url}")
    return behind
