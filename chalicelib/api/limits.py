"""The limits and patterns of the HTTP contract, for validation and for the OpenAPI document."""

from __future__ import annotations

#: Bytes of a request body. With API Gateway's envelope it fits the 6 MB of a Lambda invocation.
MAX_BODY_BYTES = 5_000_000
#: Numbers of a list.
MAX_LIST_NUMBERS = 100_000
#: Factors of a number that the client knows.
MAX_KNOWN_FACTORS = 100
#: Decimal digits of a list's numbers together, 33 MB of messages. A body of digits has fewer; the values of expressions
#: can have more.
MAX_LIST_DIGITS = 40_000_000
#: The longest wait of `Prefer: wait=N` in seconds. API Gateway's integration timeout is 29 s.
MAX_WAIT_SECONDS = 25
#: What a waiting request leaves of its function's time for the response, in seconds.
WAIT_MARGIN_SECONDS = 2
#: Results of a page: by default, and at most.
PAGE_RESULTS, MAX_PAGE_RESULTS = 1_000, 10_000
#: Bytes of a page of results, as a string in Lambda's response of at most 6,291,556 bytes. Source: AWS Lambda Developer
#: Guide, "Lambda quotas", and the text of the error of a larger one.
MAX_PAGE_BYTES = 5_500_000
#: How long a page of results is read before it ends with where to go on, in seconds.
PAGE_SECONDS = 3
#: An Idempotency-Key: visible ASCII.
KEY_PATTERN = r"[\x21-\x7e]{1,255}"
#: The cursor of a page of results: a chunk, and a place in it.
CURSOR_PATTERN = r"([1-9][0-9]{0,5})\.([0-9]{1,5})"
#: The cursor of a page of failed tasks: a time.
TIME_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
#: Tasks of a page: by default, and at most.
PAGE_TASKS, MAX_PAGE_TASKS = 50, 100
#: The cursor of a page of tasks: a time and a task.
TASK_CURSOR_PATTERN = rf"({TIME_PATTERN})_([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})"
#: How long ago the tasks of a page were submitted, at most.
SINCE_PATTERN = r"([1-9][0-9]{0,4})([mhd])"
#: Characters of what is searched for.
MAX_SEARCH_CHARACTERS = 5_000
#: Seconds after which a client reads an unfinished task again: at least, and at most.
RETRY_AFTER_SECONDS, MAX_RETRY_AFTER_SECONDS = 1, 60
#: Seconds for which a client may keep a finished task.
MAX_AGE_SECONDS = 3_600
