"""The card of a number: the verdict, the reason, and the steps of the number through the service with their times."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.actions import ask, button, details, heading, headline, lead, open_task, steps
from tests.browser.stubs import TASK_ID, ago, respond, result, serve_task, task

MERSENNE = 2**127 - 1
LARGE = 10**300 + 331
FAILURE = "The worker stopped five times on this number. <b>Send</b> it again."


def test_the_factors_are_the_headline_of_a_composite(page: Page) -> None:
    ask(page, "91")
    expect(heading(page)).to_have_text("Composite")
    expect(headline(page)).to_have_text("91 = 7 \u00d7 13")
    expect(lead(page)).to_contain_text("The factor was found by trial division")


def test_a_factor_of_a_number_that_is_too_long_to_read_divides_it(page: Page) -> None:
    ask(page, "10^999+1")
    expect(headline(page)).to_have_text("7 divides it")
    expect(page.locator(".numeral")).to_contain_text("…")


def test_a_base_is_explained_where_no_factor_is_known(page: Page) -> None:
    ask(page, "(2^127-1)*(2^521-1)")
    expect(heading(page)).to_have_text("Composite")
    expect(lead(page)).to_contain_text("It fails the strong test to base 2, which every prime passes.")
    expect(lead(page)).to_contain_text("No factor is known.")


@pytest.mark.parametrize(
    ("method", "name", "article"),
    [
        pytest.param("trial division", "trial division", "Trial_division", id="trial-division"),
        pytest.param("Baillie-PSW below 2^64", "the Baillie\u2013PSW test", "PSW_primality_test", id="baillie-psw"),
        pytest.param("strong test to 13 prime bases", "the strong test to", "Rabin_primality_test", id="strong"),
        pytest.param("Lucas-Lehmer", "the Lucas\u2013Lehmer test", "Lehmer_primality_test", id="lucas-lehmer"),
        pytest.param("Lucas-Lehmer-Riesel", "the Lucas\u2013Lehmer\u2013Riesel test", "Riesel_test", id="riesel"),
        pytest.param("Pépin", "Pépin\u2019s test", "pin%27s_test", id="pepin"),
        pytest.param("Proth to base 3", "Proth\u2019s theorem", "Proth%27s_theorem", id="proth"),
        pytest.param("Pocklington", "Pocklington\u2019s theorem", "Pocklington_primality_test", id="pocklington"),
        pytest.param("Morrison", "Morrison\u2019s theorem", "Lucas_sequence", id="morrison"),
        pytest.param("ECPP", "elliptic curves (ECPP)", "Elliptic_curve_primality", id="ecpp"),
    ],
)
def test_the_method_of_a_proof_is_explained_with_a_link(page: Page, method: str, name: str, article: str) -> None:
    serve_task(page, task(status="SUCCESS", result=result(MERSENNE, "prime", method)))
    open_task(page, TASK_ID)
    expect(lead(page)).to_contain_text(f"Proven by {name}")
    link = page.get_by_role("link", name="About this method")
    assert article in str(link.get_attribute("href"))


def test_a_certificate_is_shown_with_its_size(page: Page) -> None:
    found = result(LARGE, "prime", "ECPP", certificate=f"/{TASK_ID}/certificate")
    serve_task(page, task(status="SUCCESS", result=found))

    def size(route: Route) -> None:
        assert route.request.method == "HEAD"
        respond(route, "", headers={"Content-Length": "30753"})

    page.route("**/certificate", size)
    open_task(page, TASK_ID)
    expect(details(page)).to_have_text("301 digits · a certificate of 31 KB")


def test_the_steps_of_a_number_are_shown_with_their_times(page: Page) -> None:
    times = {"submitted_at": "2026-01-01T00:00:00.000Z", "started_at": "2026-01-01T00:00:00.012Z"}
    body = task(status="SUCCESS", result=result(MERSENNE, "prime", "Lucas-Lehmer", seconds=0.0031), **times)
    serve_task(page, {**body, "finished_at": "2026-01-01T00:00:00.018Z"})
    open_task(page, TASK_ID)
    expect(steps(page)).to_have_text(["Queued12 ms", "Screened3 ms", "Stored18 ms in all"])


def test_the_steps_of_a_number_are_updated_from_queue_to_table(page: Page) -> None:
    body = task(submitted_at=ago(seconds=5))
    serve_task(page, body)
    open_task(page, TASK_ID)
    expect(steps(page)).to_contain_text(["Queued", "Screening", "Stored"])
    expect(page.locator("[aria-current=step]")).to_contain_text("Queued")
    body |= {"status": "STARTED", "started_at": ago(seconds=4)}
    expect(page.locator("[aria-current=step]")).to_contain_text("Screening")
    body |= {"result": result(LARGE, "probable_prime", "Baillie-PSW", seconds=0.06)}
    expect(steps(page)).to_contain_text(["Queued", "Screened60 ms", "Proof", "Stored"])
    expect(page.locator("[aria-current=step]")).to_have_text("Proof")
    body["progress"] = {"phase": "proving", "seconds": 2.0}
    expect(page.locator("[aria-current=step]")).to_contain_text("Proving")
    found = result(LARGE, "prime", "ECPP", seconds=3.24)
    body |= {"status": "SUCCESS", "result": found, "progress": None, "finished_at": ago()}
    expect(steps(page)).to_contain_text(["Queued", "Screened60 ms", "Proven3.2 s", "Stored"])
    expect(page.locator("[aria-current=step]")).to_have_count(0)


def test_a_running_proof_shows_elapsed_and_expected_time_and_the_interim_verdict(page: Page) -> None:
    interim = result(10**1000 + 453, "probable_prime", "Baillie-PSW")
    progress = {"phase": "proving", "seconds": 12.3}
    serve_task(page, task(status="STARTED", result=interim, progress=progress, started_at=ago(seconds=12)))
    open_task(page, TASK_ID)
    expect(heading(page)).to_have_text("Probably prime")
    expect(lead(page)).to_have_text("It passed the screening. The proof is running.")
    expect(page.get_by_text("s of about 1 min on this machine")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.position") > 0


def test_a_proof_without_progress_is_shown_as_waiting_for_a_prover(page: Page) -> None:
    interim = result(10**1000 + 453, "probable_prime", "Baillie-PSW")
    serve_task(page, task(status="STARTED", result=interim, started_at=ago(seconds=30)))
    open_task(page, TASK_ID)
    expect(lead(page)).to_have_text("It passed the screening. The proof is next, or has just begun.")
    expect(page.get_by_text("Waiting for the proof")).to_be_visible()
    expect(page.get_by_text("s · the proof takes about 1 min on this machine")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.position") == -1


def test_a_proof_that_takes_longer_than_expected_says_so(page: Page) -> None:
    interim = result(10**1000 + 453, "probable_prime", "Baillie-PSW")
    serve_task(page, task(status="STARTED", result=interim, progress={"phase": "proving", "seconds": 200.0}))
    open_task(page, TASK_ID)
    expect(page.get_by_text(", expected was about 1 min on this machine")).to_be_visible()


def test_a_cancelled_proof_keeps_its_interim_verdict(page: Page) -> None:
    body = task(status="STARTED", result=result(LARGE, "probable_prime", "Baillie-PSW"), started_at=ago(seconds=2))

    def serve(route: Route) -> None:
        if route.request.method == "DELETE":
            body.update(status="REVOKED", result=None, finished_at=ago())
        respond(route, body)

    page.route(f"**/{TASK_ID}", serve)
    open_task(page, TASK_ID)
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")
    expect(lead(page)).to_have_text("It passed the screening and is probably prime. The proof was cancelled.")
    expect(steps(page).last).to_contain_text("Cancelled")


def test_the_card_of_a_failed_task_shows_the_reason_and_retries(page: Page) -> None:
    body = task(status="FAILURE", error=FAILURE, attempts=5)

    def retry(route: Route) -> None:
        body.update(status="STARTED", error=None)
        respond(route, {"status": "success", "task_id": TASK_ID}, 202)

    serve_task(page, body)
    page.route(f"**/{TASK_ID}/retry", retry)
    open_task(page, TASK_ID)
    expect(heading(page)).to_have_text("Failed")
    expect(lead(page)).to_have_text(FAILURE)
    expect(details(page)).to_have_text("5 attempts")
    button(page, "Try again").click()
    expect(heading(page)).to_have_text("Working")
