"""Counts the steps of a call: the lines of Python that it runs, and the steps of its regular expressions.

Python's engine does not tell its steps. Each expression runs here once more by the same algorithm, which goes back to
its last choice when what follows does not match. Source: `Modules/_sre/sre_lib.h` of CPython.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from re import _compiler, _parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest

Continuation = Callable[[int], bool]
#: Matches at a place of a text and calls what follows with the place of its end.
Matcher = Callable[[str, int, Continuation], bool]
PACKAGES = ("chalicelib.", "primes_core.", "isprime.")
#: The nodes of an expression that match one character, and those that match none.
CHARACTERS = {"LITERAL", "NOT_LITERAL", "IN", "ANY"}
PLACES = {"AT", "ASSERT", "ASSERT_NOT"}
#: A continuation is a frame of Python for each repetition of a group.
MAX_FRAMES = 100_000


class Steps:
    """Counts the steps of the packages' code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._count = 0
        for name, module in list(sys.modules.items()):
            if name.startswith(PACKAGES):
                for attribute, value in list(vars(module).items()):
                    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                        monkeypatch.setattr(module, attribute, CountedPattern(value, self.add))
                    elif value is re:
                        monkeypatch.setattr(module, attribute, CountedModule(self.add))

    def add(self, steps: int) -> None:
        self._count += steps

    def of(self, read: Callable[[str], object], text: str) -> int:
        """Return the steps of reading a text, which may be refused."""
        self._count = 0
        limit, trace = sys.getrecursionlimit(), sys.gettrace()
        sys.setrecursionlimit(MAX_FRAMES)
        sys.settrace(self._trace)
        try:
            with suppress(Exception):
                read(text)
        finally:
            sys.settrace(trace)
            sys.setrecursionlimit(limit)
        return self._count

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_globals.get("__name__", "").startswith(PACKAGES):
            return None
        self._count += event == "line"
        return self._trace


class CountedModule:
    """The module `re` with the functions that parsers use."""

    def __init__(self, step: Callable[[int], None]) -> None:
        self._step = step

    def __getattr__(self, name: str) -> Any:
        function = getattr(re, name)
        if name not in {"match", "fullmatch", "search", "findall", "finditer", "sub"}:
            return function

        def counted(pattern: str, *arguments: Any, flags: int = 0) -> Any:
            texts = [each for each in arguments if isinstance(each, str)]
            flags |= sum(each for each in arguments if not isinstance(each, str))
            return getattr(CountedPattern(re.compile(pattern, flags), self._step), name)(*texts)

        return counted


class CountedPattern:
    """A compiled expression with the methods that parsers use."""

    def __init__(self, pattern: re.Pattern[str], step: Callable[[int], None]) -> None:
        self._pattern = pattern
        self._step = step

    @cached_property
    def _matches(self) -> Matcher:
        return self._sequence(_parser.parse(self._pattern.pattern, self._pattern.flags & ~re.UNICODE))

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        self._try(text, [at])
        return self._pattern.match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        self._try(text, [0], lambda end: end == len(text))
        return self._pattern.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        return next(self.finditer(text), None)

    def findall(self, text: str) -> list[Any]:
        list(self.finditer(text))
        return self._pattern.findall(text)

    def sub(self, replacement: str, text: str) -> str:
        list(self.finditer(text))
        return self._pattern.sub(replacement, text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Try each place up to the next match, and go on after it."""
        at = 0
        for match in self._pattern.finditer(text):
            self._try(text, range(at, match.start() + 1))
            at = max(match.end(), match.start() + 1)
            yield match
        self._try(text, range(at, len(text)))

    def _try(self, text: str, places: Iterable[int], then: Continuation = lambda _: True) -> None:
        """Match at some places; the lines of this module do not count as steps."""
        trace = sys.gettrace()
        sys.settrace(None)
        for at in places:
            self._matches(text, at, then)
        sys.settrace(trace)

    def _sequence(self, tree: Any) -> Matcher:
        matchers = [self._matcher(tree, *node) for node in tree]

        def run(text: str, at: int, then: Continuation, index: int = 0) -> bool:
            if index == len(matchers):
                return then(at)
            return matchers[index](text, at, lambda end: run(text, end, then, index + 1))

        return run

    def _matcher(self, tree: Any, kind: Any, value: Any) -> Matcher:
        name = str(kind)
        if name == "BRANCH":
            return self._branch([self._sequence(branch) for branch in value[1]])
        if name == "SUBPATTERN":
            return self._sequence(value[3])
        one = self._compiled(tree, kind, value)
        if name == "MAX_REPEAT":
            least, most, repeated = value
            if len(repeated) == 1 and str(repeated[0][0]) in CHARACTERS:
                return self._characters(one, least)
            return self._repeat(least, most, self._sequence(repeated))
        if name in CHARACTERS | PLACES:
            return self._characters(one, None)
        raise NotImplementedError(name)

    def _compiled(self, tree: Any, *node: Any) -> re.Pattern[str]:
        compiled: re.Pattern[str] = _compiler.compile(_parser.SubPattern(tree.state, [node]))
        return compiled

    def _characters(self, pattern: re.Pattern[str], least: int | None) -> Matcher:
        """Match as many characters as there are, then one less each time that what follows does not match."""

        def run(text: str, at: int, then: Continuation) -> bool:
            found = pattern.match(text, at)
            self._step(found.end() - at + 1 if found else 1)
            if found is None:
                return False
            first = found.end() if least is None else at + least
            for end in range(found.end(), first - 1, -1):
                self._step(1)
                if then(end):
                    return True
            return False

        return run

    def _branch(self, branches: list[Matcher]) -> Matcher:
        return lambda text, at, then: any(branch(text, at, then) for branch in branches)

    def _repeat(self, least: int, most: Any, once: Matcher) -> Matcher:
        def run(text: str, at: int, then: Continuation, done: int = 0) -> bool:
            self._step(1)
            if done < most and once(text, at, lambda end: end > at and run(text, end, then, done + 1)):
                return True
            return done >= least and then(at)

        return run
