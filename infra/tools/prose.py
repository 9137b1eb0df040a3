"""Finds long sentences and packed phrases in documents and docstrings: `make lint-prose`.

It reads the Markdown files, and the docstrings of Python files up to their first empty line. It leaves out code,
tables, headings and quoted texts.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra import ROOT

MAX_WORDS = 25
#: A phrase, and what to write instead.
PHRASES = {
    r"(of|in|for|by|with|from|to|on|at|after|under) (which|whose|whom)": "two sentences",
    r"(that|those) of": "the noun",
    r"so many": "the number, or 'many'",
    r"(is|are|was|were|has|have) to be": "'must be', or the active voice",
    r"beside": "'next to', 'besides' or 'with'",
    r"anew": "'again'",
    r"for ever": "'forever'",
    r"nor": "two sentences, or 'or'",
    r"(thereby|therein|thereof|whereby|wherein|hereby)": "a verb",
    r"(the )?ones? that": "the noun",
    r"what (is|are|was|were) \w+ed": "the noun",
    r"(?<!there )(is|are) no (?!longer)\w+": "'is not a …'",
    r"where (it|they|this|that|these|the|an?|there|no|none|one|what)": "'if' or 'when', or the place's name",
}
#: Fenced code, comments, tables, quotations, headings and tags.
LEFT_OUT = re.compile(r"^```.*?^```$|<!--.*?-->|^[ ]*\|.*?$|^>.*?$|^#.*?$|<[^>]*>", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r'`[^`]+`|"[^"]*"')
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
BLOCK = re.compile(r"(?:.+\n?)+?(?=\s*(?:[-*]|\d+\.) |\n|\Z)")
SENTENCE_END = re.compile(r"(?<=[.!?])[)*\"]*\s+")
WORD = re.compile(r"(?<![\w^·])[^\W\d][\w'-]*")


def blocks(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a document, or the summaries of a module's docstrings, each with its line."""
    text = path.read_text()
    if path.suffix == ".md":
        text = LEFT_OUT.sub(lambda found: "\n" * found[0].count("\n"), text)
        for block in BLOCK.finditer(text):
            yield text.count("\n", 0, block.start()) + 1, block[0]
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield getattr(node, "lineno", 1), (ast.get_docstring(node) or "").partition("\n\n")[0]


def findings(block: str) -> Iterator[str]:
    """Yield the long sentences and the phrases of a text."""
    for sentence in SENTENCE_END.split(INLINE.sub("code", LINK.sub(r"\1", block))):
        words = len(WORD.findall(sentence))
        if words > MAX_WORDS:
            yield f"{words} words in a sentence: {' '.join(sentence.split())[:60]}…"
        for phrase, instead in PHRASES.items():
            for found in re.finditer(rf"\b{phrase}\b", " ".join(sentence.split()), re.IGNORECASE):
                yield f"{found[0]!r}: write {instead}"


def main() -> None:
    """Print the findings in the files of the repository, and end with 1 if there are any."""
    command = ["git", "ls-files", *(sys.argv[1:] or ["*.md", "*.py"])]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    found = [
        f"{name}:{line}: {text}" for name in names for line, block in blocks(ROOT / name) for text in findings(block)
    ]
    print("\n".join(found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
