"""The card of a number: its digits, never rounded or cut, the verdict with its reason, and the steps with times."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import (
    NewPage,
    ask,
    button,
    clipboard,
    copy,
    details,
    error,
    heading,
    headline,
    lead,
    show_task,
    steps,
)
from tests.browser.stubs import TASK_ID, accept, ago, id_of, respond, result

MERSENNE = 2**127 - 1
LARGE = 10**300 + 331
#: 10,000 digits, divisible by 7.
LONG = "1" + "0" * 9_998 + "1"
INTERIM = result(10**1000 + 453, "probable_prime", "Baillie-PSW", seconds=0.06)
FAILURE = "The worker stopped five times on this number. <b>Send</b> it again."
#: The methods of the service, the beginnings of their names in a sentence, and the ends of the articles' addresses.
METHODS = {
    "trial division": ("trial division", "Trial_division"),
    "Baillie-PSW below 2^64": ("the Baillie\u2013PSW test", "PSW_primality_test"),
    "strong test to 13 prime bases": ("the strong test to", "Rabin_primality_test"),
    "Lucas-Lehmer": ("the Lucas\u2013Lehmer test", "Lehmer_primality_test"),
    "Lucas-Lehmer-Riesel": ("the Lucas\u2013Lehmer\u2013Riesel test", "Riesel_test"),
    "Pépin": ("Pépin\u2019s test", "pin%27s_test"),
    "Proth to base 3": ("Proth\u2019s theorem", "Proth%27s_theorem"),
    "Pocklington": ("Pocklington\u2019s theorem", "Pocklington_primality_test"),
    "Morrison": ("Morrison\u2019s theorem", "Lucas_sequence"),
    "ECPP": ("elliptic curves (ECPP)", "Elliptic_curve_primality"),
}


def test_a_composite_shows_its_factors_or_the_base_that_refutes_it(page: Page) -> None:
    factored = {91: "91 = 7 \u00d7 13", 7 * 10**999: "7 divides it"}
    for index, (number, words) in enumerate(factored.items()):
        found = result(number, "composite", "trial division", witness={"factor": "7"})
        show_task(page, id_of(index), status="SUCCESS", result=found)
        expect(headline(page)).to_have_text(words)
        expect(lead(page)).to_contain_text("Trial division found the factor")
    found = result(MERSENNE**2, "composite", "strong test to base 2", witness={"base": "2", "kind": "strong"})
    show_task(page, id_of(2), status="SUCCESS", result=found)
    expect(lead(page)).to_contain_text("The number fails the strong test to base 2. Every prime passes it.")


def test_the_method_of_a_proof_is_explained_with_a_link(page: Page) -> None:
    for index, (method, (name, article)) in enumerate(METHODS.items()):
        show_task(page, id_of(index), status="SUCCESS", result=result(MERSENNE, "prime", method))
        expect(lead(page)).to_contain_text(f"Proven by {name}")
        assert article in str(page.get_by_role("link", name="About this method").get_attribute("href"))


def test_the_steps_of_a_number_are_shown_with_their_times(page: Page) -> None:
    start = "2026-01-01T00:00:00"
    times = {"submitted_at": f"{start}.000Z", "started_at": f"{start}.012Z", "finished_at": f"{start}.018Z"}
    show_task(page, status="SUCCESS", result=result(MERSENNE, "prime", "Lucas-Lehmer", seconds=0.0031), **times)
    expect(steps(page)).to_have_text(["Queued12 ms", "Screened3 ms", "Stored18 ms in total"])


def test_the_steps_of_a_number_are_updated_from_queue_to_table(page: Page) -> None:
    body = show_task(page, submitted_at=ago(seconds=5))
    current = page.locator("[aria-current=step]")
    expect(steps(page)).to_contain_text(["Queued", "Screening", "Stored"])
    expect(current).to_contain_text("Queued")
    body |= {"status": "STARTED", "started_at": ago(seconds=4)}
    expect(current).to_contain_text("Screening")
    body |= {"result": INTERIM}
    expect(steps(page)).to_contain_text(["Queued", "Screened60 ms", "Proof", "Stored"])
    expect(current).to_have_text("Proof")
    body["progress"] = {"phase": "proving", "seconds": 2.0}
    expect(current).to_contain_text("Proving")
    found = result(LARGE, "prime", "ECPP", seconds=3.24)
    body |= {"status": "SUCCESS", "result": found, "progress": None, "finished_at": ago()}
    expect(steps(page)).to_contain_text(["Queued", "Screened60 ms", "Proven3.2 s", "Stored"])
    expect(current).to_have_count(0)


def test_a_proof_shows_what_it_waits_for_and_then_elapsed_and_expected_time(page: Page) -> None:
    bar = page.get_by_role("progressbar")
    body = show_task(page, status="STARTED", result=INTERIM, started_at=ago(seconds=12), expected_at=ago(minutes=-2))
    expect(heading(page)).to_have_text("Probably prime")
    expect(lead(page)).to_have_text("The number passed the screening. The proof is next, or it has just begun.")
    expect(page.get_by_text("Waiting for the proof")).to_be_visible()
    assert bar.evaluate("bar => bar.position") == -1
    body["progress"] = {"phase": "proving", "seconds": 12.3, "chain": [3322, 3290, 1660]}
    expect(lead(page)).to_have_text("The number passed the screening. The proof is running.")
    expect(page.get_by_text("The chain has 3 primes so far, from 3,322 bits to 1,660.")).to_be_visible()
    expect(page.get_by_text(re.compile("1[0-9] s · expected in about 1 min"))).to_be_visible()
    assert 0 < bar.evaluate("bar => bar.position") < 0.2


def test_a_task_shows_when_it_is_expected_and_that_it_is_late(page: Page) -> None:
    show_task(page, id_of(1), status="PENDING", expected_at=ago(minutes=-10), late=False)
    expect(page.get_by_text(re.compile("· expected in about (10 min|9[.0-9]* min)"))).to_be_visible()
    show_task(page, id_of(2), status="STARTED", started_at=ago(seconds=9), expected_at=ago(seconds=-39), late=True)
    expect(page.get_by_text(re.compile("· later than expected, now expected in about [23]"))).to_be_visible()


def test_a_card_says_that_the_service_does_not_respond_and_goes_on_when_it_does(page: Page) -> None:
    body = show_task(page, status="STARTED", started_at=ago(seconds=1))
    expect(heading(page)).to_have_text("Working")
    page.route(f"**/{TASK_ID}", lambda route: route.abort())
    expect(page.get_by_role("alert").filter(has_text="cannot reach")).to_contain_text("The page tries again.")
    page.route(f"**/{TASK_ID}", lambda route: respond(route, {"detail": "The table does not respond."}, 503))
    expect(page.get_by_role("alert").filter(has_text="The table does not respond.")).to_be_visible()
    body |= {"status": "SUCCESS", "result": result(97, "prime", "trial division"), "finished_at": ago()}
    page.route(f"**/{TASK_ID}", lambda route: respond(route, body))
    expect(heading(page)).to_have_text("Prime")
    expect(page.locator("article .error")).to_be_hidden()


def test_a_long_task_that_ends_in_a_hidden_tab_is_told_by_title_and_notification(open_page: NewPage) -> None:
    watch = """window.told = []; window.Notification = class extends Notification {
        static asked = 0;
        static requestPermission() { this.asked += 1; return super.requestPermission(); }
        constructor(...given) { super(...given); told.push(this); }
    }"""
    page = open_page(
        before=lambda page: (page.clock.install(), page.add_init_script(watch)), permissions=["notifications"]
    )
    body = show_task(page, status="STARTED", result=INTERIM, submitted_at=ago(seconds=20), started_at=ago(seconds=19))
    expect(heading(page)).to_have_text("Probably prime")
    assert page.evaluate("Notification.asked") == 0
    button(page, "Notify me").click()
    expect(button(page, "Notification on")).to_be_disabled()
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    body |= {"status": "SUCCESS", "result": result(LARGE, "prime", "ECPP", seconds=3.24), "finished_at": ago()}
    for _ in range(25):
        page.clock.run_for(1000)
    expect(page).to_have_title("✓ Prime · Is it prime?")
    assert page.evaluate("told.map(({ title, tag }) => [title, tag])") == [["Prime", TASK_ID]]


def test_a_cancelled_proof_keeps_its_interim_verdict(page: Page) -> None:
    def cancel(route: Route) -> None:
        if route.request.method == "DELETE":
            body.update(status="REVOKED", result=None, finished_at=ago())
        route.fallback()

    body = show_task(page, status="STARTED", result=INTERIM, started_at=ago(seconds=2))
    page.route(f"**/{TASK_ID}", cancel)
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")
    expect(lead(page)).to_have_text("The number passed the screening and is probably prime. The proof was cancelled.")
    expect(steps(page)).to_contain_text(["Queued", "Screened", "Not proven", "Cancelled"])
    assert [step.get_attribute("class") for step in steps(page).all()] == ["done", "done", "stopped", "stopped"]


def test_the_card_of_a_failed_task_shows_the_reason_and_retries(page: Page) -> None:
    def retry(route: Route) -> None:
        body.update(status="STARTED", error=None)
        accept(route)

    body = show_task(page, status="FAILURE", error=FAILURE, attempts=5)
    page.route(f"**/{TASK_ID}/retry", retry)
    expect(heading(page)).to_have_text("Failed")
    expect(lead(page)).to_have_text(FAILURE)
    expect(details(page)).to_have_text("5 attempts")
    button(page, "Try again").click()
    expect(heading(page)).to_have_text("Working")


def test_a_long_number_shows_its_ends_is_copied_whole_and_can_be_expanded(page: Page) -> None:
    ask(page, LONG)
    expect(heading(page)).to_have_text("Composite")
    expect(details(page)).to_have_text("10,000 digits")
    number = page.locator(".numeral")
    assert len(number.inner_text()) < 200
    number.click(click_count=3)
    page.keyboard.press("Control+c")
    assert clipboard(page) == LONG
    assert copy(page, "Copy number") == LONG
    button(page, "Show all 10,000 digits").click()
    expect(button(page, "Show fewer digits")).to_have_attribute("aria-expanded", "true")
    assert number.text_content() == LONG


def test_an_integer_beyond_2_to_53_keeps_its_last_digits(page: Page) -> None:
    ask(page, "2305843009213693951")
    expect(heading(page)).to_have_text("Prime")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator(".numeral")).to_have_text("2305843009213693951")


def test_text_of_a_user_is_never_parsed_as_markup(page: Page) -> None:
    markup = "<img src=x onerror=document.title='run'>"
    show_task(page, status="FAILURE", error=markup)
    expect(lead(page)).to_have_text(markup)
    expect(page.locator("article img")).to_have_count(0)
    ask(page, markup)
    expect(error(page)).to_contain_text("<img")


def test_the_digits_of_a_prime_are_the_larger_the_fewer_they_are(page: Page) -> None:
    for index, number in enumerate([97, 2**61 - 1, 2**127 - 1], start=1):
        show_task(page, id_of(index), status="SUCCESS", result=result(number, "prime", "ECPP"))
        expect(headline(page)).to_have_text(str(number))
        expect(headline(page)).to_have_class(re.compile(f"size-{index}"))
