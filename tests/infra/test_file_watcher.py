"""Which changes of the working copy `make run` deploys."""

import subprocess
from pathlib import Path

from infra.local.file_watcher import FileWatcher


def test_a_file_is_changed_once_however_it_is_written(tmp_path: Path) -> None:
    source = tmp_path / "worker.py"
    source.write_text("old\n")
    watcher = FileWatcher(tmp_path, ("**/*",))
    for name in ("sedGkUf0w", ".worker.py.swp", "worker.py~", "4913"):
        (tmp_path / name).write_text("new\n")
    assert watcher.changed() == []
    subprocess.run(["sed", "-i", "s/old/new/", source], check=True)
    (tmp_path / "sedGkUf0w").unlink()
    assert watcher.changed() == [source]
    assert watcher.changed() == []
    source.unlink()
    assert watcher.changed() == [source]
