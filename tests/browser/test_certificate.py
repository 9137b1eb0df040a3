"""A certificate that is chosen or dropped is verified, and the page says why it is valid or not."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import drop

CERTIFICATE = (
    "[[18446744073709551629, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
)
#: PARI accepts this certificate of a multiple of 5.
FORGED = "[[32944568246929653515,5462005831,5,17727349444876206702,[26861548294530118121,26972533241468808398]]]"


def result(page: Page) -> Locator:
    return page.locator("#certificate-result")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (CERTIFICATE, "Valid. The number is 18446744073709551629. It proves the number prime"),
        (FORGED, "Not valid. The number is 32944568246929653515. It is not a proof: row 1"),
        ("no certificate", "Not valid. This is not a certificate"),
        ("[" * 1_000_000, "at most 30,000 entries"),
        ("7" * 5_000_001, "A certificate has at most 5 MB."),
    ],
    ids=["valid", "forged", "other text", "too much work", "too large"],
)
def test_a_chosen_certificate_is_verified(page: Page, tmp_path: Path, text: str, shown: str) -> None:
    file = tmp_path / "certificate.txt"
    file.write_text(text)
    page.locator("#certificate-file").set_input_files(file)
    expect(result(page)).to_contain_text(shown)


@pytest.mark.parametrize("place", ["section.certificate", "#number"])
def test_a_certificate_that_is_dropped_anywhere_is_verified_and_no_list(page: Page, place: str) -> None:
    drop(page, {"certificate.txt": CERTIFICATE}, place)
    expect(result(page)).to_contain_text("Valid. The number is 18446744073709551629.")
    expect(page.locator("#number")).to_have_value("")
