"""Input: which texts the field accepts, how the page interprets them, and the preview of that."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.pages import ask, button, error, field, heading, preview

#: What the page's module input.js makes of a text.
READ = "async text => (await import(document.querySelector('script').src.replace('/app.', '/ask/input.'))).read(text)"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("1,000,067", "1000067", id="commas"),
        pytest.param("1\u00a0234\u202f567", "1234567", id="no-break-spaces"),
        pytest.param("1_234_567", "1234567", id="underscores"),
        pytest.param("1'234'567", "1234567", id="apostrophes"),
        pytest.param("1.234.567", "1234567", id="points"),
        pytest.param("123\\\n4567", "1234567", id="continued-lines"),
        pytest.param(" 0x12D687 ", "0x12D687", id="hexadecimal"),
        pytest.param("2 ^ 61 \u2212 1", "2^61\u22121", id="minus-sign"),
        pytest.param("2\u2076\u00b9 - 1", "2\u2076\u00b9-1", id="superscripts"),
        pytest.param("3\u00d75", "3\u00d75", id="times-sign"),
        pytest.param("(10^17 - 1) / 9", "(10^17-1)/9", id="division"),
        pytest.param("binomial(40,20)+1", "binomial(40,20)+1", id="function-of-two-arguments"),
        pytest.param("M31", "M31", id="mersenne"),
        pytest.param("1e9 + 7", "1e9+7", id="power-of-ten"),
        pytest.param("0b1010", "0b1010", id="binary"),
        pytest.param("10!3", "10!3", id="multifactorial"),
        pytest.param("    00:C1:\n    5f:\r\n    61\n", "00:C1:5f:61", id="lines-of-openssl"),
    ],
)
def test_one_number_may_be_written_as_people_write_it(modules: Page, typed: str, number: str) -> None:
    assert modules.evaluate(READ, typed)["number"] == number


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
        pytest.param("10^12 .. 10^12 + 1000", ["10^12..10^12+1000"], id="range"),
        pytest.param("97\n1.000.000..1.000.099", ["97", "1000000..1000099"], id="number-and-range"),
    ],
)
def test_a_list_is_accepted_in_every_usual_form(modules: Page, typed: str, numbers: list[str]) -> None:
    assert modules.evaluate(READ, typed)["numbers"] == numbers


def test_a_preview_shows_how_the_page_interprets_what_it_then_sends(page: Page) -> None:
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("1,000,067", "One number with 7 digits", {"number": "1000067"}),
        ("25!+1", "One expression: 25! + 1", {"number": "25!+1"}),
        ("7 11 13", "A list of 3 numbers: 7, 11, 13", {"numbers": ["7", "11", "13"]}),
        ("id,n\n1,97\n2,101", "A list of 2 numbers from the column “n”: 97, 101", {"numbers": ["97", "101"]}),
        ("7..11", "All numbers in the range 7..11", {"numbers": ["7..11"]}),
        ("n\n2\n3", "A list of 2 numbers without the heading “n”: 2, 3", {"numbers": ["2", "3"]}),
    ]
    for typed, words, sent in cases:
        field(page).fill(typed)
        expect(preview(page)).to_have_text(words)
        with page.expect_request(lambda request: request.method == "POST") as request:
            field(page).press("Enter")
        assert request.value.post_data_json == sent
        expect(button(page, "Check")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize(
    ("typed", "of_list", "as_list", "of_one", "as_one"),
    [
        ("97 101 103", "A list of 3 numbers", "97, 101, 103", "One number: 97101103", "97101103"),
        ("101,103", "A list of 2 numbers", "101, 103", "One number: 101103", "101103"),
        ("1,000", "A list of 2 numbers", "1, 000", "One number: 1000", "1000"),
        ("1,001\n3,003", "Several numbers per line", "1, 001\n3, 003", "One number per line", "1001\n3003"),
    ],
)
def test_the_page_asks_where_separators_can_group_digits_or_numbers(
    page: Page, typed: str, of_list: str, as_list: str, of_one: str, as_one: str
) -> None:
    ask(page, typed)
    expect(error(page)).to_contain_text("can be one number or")
    button(page, of_list).click()
    expect(field(page)).to_have_value(as_list)
    field(page).fill(typed)
    button(page, of_one).click()
    expect(field(page)).to_have_value(as_one)


def csv_file(text: str) -> FilePayload:
    return {"name": "numbers.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_file_is_previewed_by_its_name_before_it_is_submitted(page: Page) -> None:
    page.get_by_label("Choose a file").set_input_files(csv_file("\ufeffid,n\r\n1,2\r\n2,3\r\n3,4\r\n"))
    expect(preview(page)).to_have_text("numbers.csv: A list of 3 numbers from the column “n”: 2, 3, 4")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(button(page, "Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("2 primes")


def test_the_preview_names_a_line_of_a_file_that_is_no_number(page: Page) -> None:
    page.get_by_label("Choose a file").set_input_files(csv_file("id,n\n1,97\n2,eleven\n"))
    expect(preview(page)).to_contain_text("numbers.csv: Line 3: “eleven” is not a number")
