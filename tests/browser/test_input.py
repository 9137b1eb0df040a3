"""Input: which texts the field accepts, how the page interprets them, and the preview of that."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.actions import ask, button, error, field, heading, preview


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("1,234,567", "1234567", id="commas"),
        pytest.param("1\u00a0234\u202f567", "1234567", id="no-break-spaces"),
        pytest.param("1_234_567", "1234567", id="underscores"),
        pytest.param("1'234'567", "1234567", id="apostrophes"),
        pytest.param("1.234.567", "1234567", id="points"),
        pytest.param("123\\\n4567", "1234567", id="continued-lines"),
        pytest.param(" 0x12D687 ", "0x12D687", id="hexadecimal"),
        pytest.param("2 ^ 61 \u2212 1", "2^61-1", id="minus-sign"),
        pytest.param("2\u2076\u00b9 - 1", "2^61-1", id="superscripts"),
        pytest.param("3\u00d75", "3*5", id="times-sign"),
        pytest.param("(10^17 - 1) / 9", "(10^17-1)/9", id="division"),
        pytest.param("binomial(40,20)+1", "binomial(40,20)+1", id="function-of-two-arguments"),
    ],
)
def test_one_number_may_have_separators_and_other_signs_of_written_numbers(
    used_page: Page, typed: str, number: str
) -> None:
    expect(button(used_page, "Check")).not_to_have_attribute("aria-busy", "true")
    with used_page.expect_request(lambda request: request.method == "POST") as sent:
        ask(used_page, typed)
    assert sent.value.post_data_json == {"number": number}


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        pytest.param("7 11 13", ["7", "11", "13"], id="spaces"),
        pytest.param("7, 11, 13", ["7", "11", "13"], id="commas-and-spaces"),
        pytest.param("2,3,5", ["2", "3", "5"], id="commas"),
        pytest.param("101, 103, 107", ["101", "103", "107"], id="three-digits-each"),
        pytest.param("[7; 11; 2^61-1]", ["7", "11", "2^61-1"], id="brackets-and-semicolons"),
        pytest.param("2^61 - 1, binomial(6, 3) + 1", ["2^61-1", "binomial(6,3)+1"], id="expressions"),
        pytest.param("7\r\n\r\n25!+1\r\n", ["7", "25!+1"], id="crlf"),
        pytest.param("2, 3,\n5, 7, 11", ["2", "3", "5", "7", "11"], id="a-list-over-two-lines"),
        pytest.param("number\n97\n101", ["97", "101"], id="a-heading"),
        pytest.param("id,n\r\n1,97\r\n2,101\r\n", ["97", "101"], id="id-n-with-heading"),
        pytest.param("1,97\n2,101\n3,103", ["97", "101", "103"], id="id-n-without-heading"),
        pytest.param('name;value\n"a";"1,234"\n"b";"97"', ["1234", "97"], id="quoted-cells"),
        pytest.param("1,001\n3,003", ["1001", "3003"], id="thousands-on-every-line"),
    ],
)
def test_a_list_is_accepted_in_every_usual_form(used_page: Page, typed: str, numbers: list[str]) -> None:
    expect(button(used_page, "Check")).not_to_have_attribute("aria-busy", "true")
    field(used_page).fill(typed)
    expect(preview(used_page)).to_contain_text(f"A list of {len(numbers)} numbers")
    with used_page.expect_request(lambda request: request.method == "POST") as sent:
        field(used_page).press("Enter")
    assert sent.value.post_data_json == {"numbers": numbers}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("1,234,567", "One number with 7 digits", id="number"),
        pytest.param("25!+1", "One expression", id="expression"),
        pytest.param("7 11 13", "A list of 3 numbers: 7, 11, 13", id="list"),
        pytest.param("id,n\n1,97\n2,101", "A list of 2 numbers from the column “n”: 97, 101", id="column"),
        pytest.param("n\n2\n3\n5\n7\n11", "A list of 5 numbers without its heading “n”: 2, 3, 5, …, 11", id="heading"),
    ],
)
def test_a_preview_shows_how_the_page_interprets_the_field(used_page: Page, typed: str, words: str) -> None:
    field(used_page).fill(typed)
    expect(preview(used_page)).to_have_text(words)


def test_groups_of_three_digits_between_spaces_are_never_joined_without_a_choice(page: Page) -> None:
    ask(page, "97 101 103")
    expect(error(page)).to_contain_text("can be one number or a list of 3 numbers")
    button(page, "A list of 3 numbers").click()
    expect(preview(page)).to_have_text("A list of 3 numbers: 97, 101, 103")
    field(page).press("Enter")
    expect(heading(page)).to_have_text("3 primes")
    field(page).fill("97 101 103")
    button(page, "One number: 97101103").click()
    expect(preview(page)).to_have_text("One number with 8 digits")


def test_groups_of_three_digits_between_commas_can_be_read_as_a_list(page: Page) -> None:
    field(page).fill("97,101,103")
    expect(preview(page)).to_have_text("One number with 8 digits")
    button(page, "Use as a list of 3 numbers").click()
    expect(field(page)).to_have_value("97, 101, 103")


def test_a_file_is_previewed_by_its_name_before_it_is_submitted(page: Page) -> None:
    content = b"\xef\xbb\xbfid,n\r\n1,2\r\n2,3\r\n3,4\r\n"
    file: FilePayload = {"name": "numbers.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a file").set_input_files(file)
    expect(preview(page)).to_have_text("numbers.csv: A list of 3 numbers from the column “n”: 2, 3, 4")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(button(page, "Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("2 primes")


def test_the_preview_names_a_line_of_a_file_that_is_no_number(page: Page) -> None:
    file: FilePayload = {"name": "numbers.csv", "mimeType": "text/csv", "buffer": b"id,n\n1,97\n2,eleven\n"}
    page.get_by_label("Choose a file").set_input_files(file)
    expect(preview(page)).to_contain_text("numbers.csv: Line 3: “eleven” is not a number")
