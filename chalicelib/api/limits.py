"""The limits and patterns of the contract: requests are checked against them and the OpenAPI document tells them."""

from __future__ import annotations

JSON = "application/json"
#: Bytes of a body. With what API Gateway wraps around it, it fits the 6 MB of a Lambda invocation.
BODY_BYTES = 5_000_000
#: Numbers in a list.
LIST_NUMBERS = 100_000
#: The longest wait, in seconds: API Gateway gives an integration 29.
WAIT_SECONDS = 25
#: Rows of a page of results.
PAGE_ROWS, MOST_PAGE_ROWS = 1_000, 10_000
#: Decimal digits in a page of results: with all else it fits the 6 MB that a Lambda function may answer.
PAGE_CHARACTERS = 2_000_000
#: Visible ASCII.
KEY_PATTERN = r"[\x21-\x7e]{1,255}"
#: A chunk and an offset in it.
CURSOR_PATTERN = r"([1-9][0-9]{0,5})\.([0-9]{1,5})"
#: Seconds between two looks at an unfinished task.
RETRY_AFTER = 1
#: Seconds that a finished task may be kept by its reader.
MAX_AGE = 3_600
