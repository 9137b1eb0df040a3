"""The route of a list's results: pages in the order of the list, in three formats."""

import pytest

from tests.support.api import Api, fits
from tests.support.consumers import run_all
from tests.support.tasks import set_chunk_size


@pytest.fixture
def listed(api: Api, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the id of a list of the numbers 0 to 9, in chunks of four."""
    set_chunk_size(monkeypatch, 4)
    task_id: str = api.submit([*range(9), "3^2"]).json["task_id"]
    return task_id


def test_pages_follow_each_other_by_their_links(api: Api, listed: str) -> None:
    run_all()
    numbers, link = [], f"</{listed}/results?limit=3&only=composites>"
    while link:
        page = api.get(link.partition("<")[2].partition(">")[0])
        assert fits("Results", page.json)
        numbers += [row["number"] for row in page.json["results"]]
        link = page.headers.get("link", "")
    assert numbers == [0, 1, 4, 6, 8, 9]
