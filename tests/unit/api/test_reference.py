"""The page at /docs has the whole contract, and nothing but itself."""

import base64
import gzip
import hashlib
import re

from chalicelib.api import openapi, reference
from tests.support.api import Api

#: What a browser gets. The renderers that make such a page in the browser have 800 KB and more of script.
MAX_COMPRESSED_BYTES = 16_000


def test_the_page_has_every_operation_schema_and_error_of_the_contract() -> None:
    page, document = reference.page(), openapi.document()
    operations = {
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }
    components = document["components"]
    schemas = {f"schema-{name}" for name in components["schemas"]}
    errors = {f"error-{status}" for status in components["responses"]}
    assert set(re.findall(r' id="([^"]+)"', page)) == operations | schemas | errors | {"schemas", "errors"}


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = reference.page()
    links = set(re.findall(r'<a href="([^"]+)"', page))
    assert {link for link in links if not link.startswith("#")} == {"./", "openapi.json"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(re.findall(r' id="([^"]+)"', page))


def test_the_page_is_one_small_file_whose_policy_allows_its_style_and_no_script(api: Api) -> None:
    sent = api.get("/docs", accept="text/html")
    policy = dict(rule.strip().split(" ", 1) for rule in sent.headers["content-security-policy"].split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", sent.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (policy["default-src"], policy["style-src"]) == ("'none'", f"'sha256-{digest}'")
    assert not re.search(r"<script|\sstyle=|\son\w+=|\ssrc=", sent.text)
    assert len(gzip.compress(sent.text.encode())) < MAX_COMPRESSED_BYTES
