"""Sentence templates: read files of them strictly, and expand each from a plain base.

The notation is hassil's (Home Assistant's): `[optional] (this|that) {Slot} <rule>`. The expansion is our own: hassil's takes the
first so many sentences of the whole product, and so never reaches the later templates of an intent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hassil.expression import Alternative, Expression, Group, ListReference, RuleReference, TextChunk
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from skill.loading.strict_table import ContentError

NOTATION = "[optional] (this|that) {Slot} <rule>, each bracket closed and none empty"

_RULE = re.compile(r"<(\w+)>\s*=\s*(\S.*)")
_HEADING = re.compile(r"\[(\w+)\]")
#: Outside of a slot's braces: lower-case letters, apostrophes, hyphens, spaces and hassil's brackets.
_STRANGE = re.compile(r"[\d_A-Z]|[^\w '’\-\[\](|)<>]")
_SLOT = re.compile(r"\{[A-Za-z]\w*\}")
_RULE_NAME = re.compile(r"<[^\W\d]\w*>")
_EMPTY = re.compile(r"[(\[|]\s*[|)\]]|^\s*\||\|\s*$|\{\s*\}|<\s*>")
_BRACKETS = frozenset("[](|)<>")
#: A choice of plain words, without another choice in it.
_FLAT = re.compile(r"\(([^\[\]()<>]*)\)|\[([^\[\]()<>]*)\]")


@dataclass(frozen=True)
class Line:
    """One template or rule of a file, with where it stands."""

    file: str
    number: int
    text: str

    def error(self, found: object, expected: str) -> ContentError:
        """Return what is wrong with the line, by file and number."""
        return ContentError(self.file, f"line {self.number}", found, expected)


@dataclass(frozen=True)
class TemplateFile:
    """The lines of one file; `sections` are keyed by heading, and by "" where the file has none."""

    rules: Mapping[str, Line]
    sections: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True)
class _Variants:
    """The sentences of a part of a template.

    `base` has the first alternative everywhere and no optional; each of `singles` differs from it in one choice. A pair differs in
    two choices that do not exclude each other; pairs are many, so they are counted and made one by one.
    """

    base: str
    singles: tuple[str, ...] = ()
    parts: tuple["_Variants", ...] = ()  #: of a sequence
    options: tuple["_Variants", ...] = ()  #: of an alternative
    pair_count: int = field(default=0, compare=False)

    def pair(self, index: int) -> str:
        """Return one of the pairs; 0 <= index < pair_count."""
        for option in self.options:
            if index < option.pair_count:
                return option.pair(index)
            index -= option.pair_count
        bases = [part.base for part in self.parts]
        for first, part in enumerate(self.parts):
            if index < part.pair_count:
                return "".join([*bases[:first], part.pair(index), *bases[first + 1 :]])
            index -= part.pair_count
            for second in range(first + 1, len(self.parts)):
                other = self.parts[second].singles
                if index < len(part.singles) * len(other):
                    bases[first], bases[second] = part.singles[index // len(other)], other[index % len(other)]
                    return "".join(bases)
                index -= len(part.singles) * len(other)
        raise IndexError(index)


def read_file(path: Path, file: str, headings: bool = False) -> TemplateFile:
    """Read one file; `file` is its name in messages. With `headings`, every template stands below an `[id]`.

    Raises ContentError for the first line that does not fit.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise ContentError(file, "(file)", None, "this file") from None
    except UnicodeDecodeError as error:
        raise ContentError(file, "(file)", str(error), "text in UTF-8") from None
    rules: dict[str, Line] = {}
    sections: dict[str, list[Line]] = {} if headings else {"": []}
    current = None if headings else ""
    for number, text in enumerate(lines, start=1):
        line = Line(file, number, text.strip())
        if not line.text or line.text.startswith("#"):
            continue
        if rule := _RULE.fullmatch(line.text):
            if rule[1] in rules:
                raise line.error(f"<{rule[1]}>", f"one rule of this name; the other is in line {rules[rule[1]].number}")
            if any(sections.values()):
                raise line.error(line.text, "rules at the top of the file, before its templates")
            rules[rule[1]] = _checked(Line(file, number, rule[2]))
        elif headings and (heading := _HEADING.fullmatch(line.text)):
            if (current := heading[1]) in sections:
                raise line.error(line.text, "each id once in a file")
            sections[current] = []
        elif current is None:
            raise line.error(line.text, "an id as a heading, such as [calf], before the first template")
        else:
            sections[current].append(_checked(line))
    return TemplateFile(rules, {name: tuple(found) for name, found in sections.items()})


def _checked(line: Line) -> Line:
    """Return the line if its characters and brackets are those of the notation."""
    if (strange := _STRANGE.search(_RULE_NAME.sub("", _SLOT.sub("", line.text)))) or _EMPTY.search(line.text):
        if strange is None:
            raise line.error(line.text, NOTATION)
        expected = "lower-case words as they are said, numbers spelled out, no punctuation but ' and -"
        raise line.error(strange[0], f"{expected}, or {NOTATION}")
    return line


class Rules:
    """The rules that templates may use, each expanded once."""

    def __init__(self, shared: Mapping[str, Line], own: Mapping[str, Line], beyond: "Rules | None" = None) -> None:
        """`own` are a file's, `shared` those of all files, which `beyond` has expanded."""
        for name, line in own.items():
            if name in shared:
                raise line.error(f"<{name}>", f"a name that {shared[name].file} does not have")
        self._own, self._beyond = own, beyond
        self._expanded: dict[str, _Variants] = {}
        self._open: list[str] = []
        self.used: set[str] = set()  #: names of own rules that a template or another rule has

    def variants(self, name: str, line: Line) -> _Variants:
        """Return a rule's sentences; `line` is where it is used."""
        if name not in self._own:
            if self._beyond is None:
                raise line.error(f"<{name}>", "a rule that this file or rules.txt has")
            return self._beyond.variants(name, line)
        self.used.add(name)
        if name not in self._expanded:
            if name in self._open:
                raise line.error(f"<{name}>", "rules that do not use each other in a circle")
            self._open.append(name)
            self._expanded[name] = _variants(self._own[name], self)
            self._open.pop()
        return self._expanded[name]

    def unused(self) -> Iterator[ContentError]:
        """Yield the rules that nothing uses."""
        for name, line in self._own.items():
            if name not in self.used:
                yield line.error(f"<{name}>", "a rule that a template uses")


def expand(line: Line, rules: Rules, cap: int, pairs: int) -> tuple[list[str], int]:
    """Return a template's sentences, and how many it needs for each of its words to be in one of them.

    The order is: the base, then one choice varied at a time, then at most `pairs` pairs of choices, evenly spread over all pairs;
    at most `cap` in all.
    """
    if _BRACKETS.isdisjoint(line.text):  # most lines are plain; hassil takes 30 times as long to find that out
        return [" ".join(line.text.split())], 1
    found = _variants(line, rules)
    sentences = dict.fromkeys(" ".join(text.split()) for text in (found.base, *found.singles))
    needed, room = len(sentences), min(cap - len(sentences), found.pair_count, pairs)
    for turn in range(room):
        text = found.pair((2 * turn + 1) * found.pair_count // (2 * room))
        sentences.setdefault(" ".join(text.split()))
    if "" in sentences:
        raise line.error(line.text, "at least one word that is always said")
    return list(sentences)[:cap], needed


def _variants(line: Line, rules: Rules) -> _Variants:
    # Choices of plain words are nine tenths of all templates. Hassil need not see them: 0.3 s instead of 1.0 s for English.
    choices: list[_Variants] = []

    def put_aside(found: re.Match[str]) -> str:
        options = found[1].split("|") if found[2] is None else ["", *found[2].split("|")]
        choices.append(_Variants(options[0], tuple(options[1:])))
        return f"<{len(choices) - 1}>"

    try:
        expression = parse_sentence(_FLAT.sub(put_aside, line.text)).expression
    except (ParseError, AssertionError):
        raise line.error(line.text, NOTATION) from None
    return _of(expression, line, rules, choices)


def _of(expression: Expression, line: Line, rules: Rules, choices: Sequence[_Variants]) -> _Variants:
    if isinstance(expression, TextChunk):
        return _Variants(expression.original_text)
    if isinstance(expression, ListReference):
        return _Variants(f"{{{expression.list_name}}}")
    if isinstance(expression, RuleReference):
        name = expression.rule_name
        return choices[int(name)] if name.isdecimal() else rules.variants(name, line)
    if not isinstance(expression, Group):
        raise line.error(line.text, NOTATION)
    inner = [_of(item, line, rules, choices) for item in expression.items]
    if isinstance(expression, Alternative):
        if expression.is_optional:
            inner = [inner[-1], *inner[:-1]]  # hassil puts the empty alternative last
        return _alternative(inner)
    return _sequence(inner)


def _alternative(options: Sequence[_Variants]) -> _Variants:
    return _Variants(
        base=options[0].base,
        singles=(*(o.base for o in options[1:]), *(text for option in options for text in option.singles)),
        options=tuple(option for option in options if option.pair_count),
        pair_count=sum(option.pair_count for option in options),
    )


def _sequence(parts: Sequence[_Variants]) -> _Variants:
    bases = [part.base for part in parts]
    singles = [
        "".join([*bases[:place], text, *bases[place + 1 :]])
        for place, part in enumerate(parts)
        for text in part.singles
    ]
    several = [len(part.singles) for part in parts]
    pairs = sum(part.pair_count for part in parts)
    pairs += (sum(several) ** 2 - sum(one * one for one in several)) // 2
    return _Variants("".join(bases), tuple(singles), parts=tuple(parts), pair_count=pairs)
