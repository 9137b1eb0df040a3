"""Lets `chalice local` restart for a changed source file only.

Chalice takes each event of any file below the project's folder for a change: with watchdog also that the server itself
opens a module, without it each line that `make run` writes to `.state`. Its server would restart all the time.
"""

from collections.abc import Callable
from contextlib import suppress

from chalice.cli.filewatch.stat import StatFileWatcher

from infra import ROOT
from infra.local.file_watcher import SOURCES, FileWatcher


def watch_sources() -> None:
    """Replace the check of both of Chalice's watchers, which have begun to look: it looks at the sources."""
    watcher = FileWatcher(ROOT, SOURCES)

    def check(_folder: object, restart: Callable[[], None]) -> None:
        if watcher.changed():
            restart()

    setattr(StatFileWatcher, "_single_pass_poll", lambda _self, folder, restart: check(folder, restart))  # noqa: B010
    with suppress(ImportError):  # watchdog
        from chalice.cli.filewatch.eventbased import WatchdogRestarter  # noqa: PLC0415

        setattr(WatchdogRestarter, "on_any_event", lambda self, event: check(event, self))  # noqa: B010
