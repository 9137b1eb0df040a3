"""The command `chalice` in this project: app.py calls `prepare` when that command imports it."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from chalice.cli.filewatch.stat import StatFileWatcher

from infra import ROOT
from infra.local.file_watcher import SOURCES, FileWatcher


def prepare() -> None:
    """Refuse what would make a part of the service only, and let `chalice local` follow the sources."""
    if {"deploy", "package"} & set(sys.argv):  # without the roles, queues and table of infra/template
        sys.exit("Chalice makes a part of this service: use `make deploy STAGE=dev` or `make package STAGE=dev`.")
    if "CHALICE_WORKER" in os.environ:
        watch_sources()


def watch_sources() -> None:
    """Restart `chalice local` for a changed source file only, in both of Chalice's watchers, which have begun to look.

    Chalice takes each event of any file below the project's folder for a change: with watchdog also that the server
    itself opens a module, without it each line that `make run` writes to `.state`. It would restart all the time.
    """
    watcher = FileWatcher(ROOT, SOURCES)

    def check(_folder: object, restart: Callable[[], None]) -> None:
        if watcher.changed():
            restart()

    setattr(StatFileWatcher, "_single_pass_poll", lambda _self, folder, restart: check(folder, restart))  # noqa: B010
    with suppress(ImportError):  # watchdog
        from chalice.cli.filewatch.eventbased import WatchdogRestarter  # noqa: PLC0415

        setattr(WatchdogRestarter, "on_any_event", lambda self, event: check(event, self))  # noqa: B010
