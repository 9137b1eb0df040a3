"""Finds the files that changed since the last look."""

from contextlib import suppress
from pathlib import Path

#: Of the files that are written by hand: `sed -i` and editors write others beside them, for a moment or while they run.
SUFFIXES = frozenset({".css", ".html", ".js", ".py", ".svg", ".txt", ".yaml"})
#: The sources of the API.
SOURCES = ("app.py", "chalicelib/**/*", "primes_core/**/*")


class FileWatcher:
    """Compares the times of the source files that match some patterns."""

    def __init__(self, root: Path, patterns: tuple[str, ...]) -> None:
        self._root = root
        self._patterns = patterns
        self._seen = self._look()

    def changed(self) -> list[Path]:
        """Return the files that are new, deleted or written since the last call."""
        before, self._seen = self._seen, self._look()
        return sorted({path for path, _ in before.items() ^ self._seen.items()})

    def _look(self) -> dict[Path, int]:
        seen = {}
        for path in (path for pattern in self._patterns for path in self._root.glob(pattern)):
            # An editor may have replaced the file since it was listed: the next look sees the new one.
            with suppress(FileNotFoundError):
                if path.suffix in SUFFIXES:
                    seen[path] = path.stat().st_mtime_ns
        return seen
