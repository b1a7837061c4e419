#!/usr/bin/env python3
"""The collector's page, in a real browser: python3 page_shows_what_arrives.py http://127.0.0.1:6580

Exits 0 where all holds, 1 where something does not, 77 where there is no chromium. Standard library only.
"""

import json
import sys
import time
import urllib.request
import uuid

import devtools

# A script in each of the texts that a page might take for markup, and what would be left of it if it ran.
HOSTILE = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
UNSEEN = "\x1b[31mred \u202egnp.exe"
ROWS = "[...document.querySelectorAll('#rows tr')]"
LIVE = "document.querySelector('#state').dataset.state === 'live'"


def post(url, **event):
    body = json.dumps({"time-usec": time.time_ns() // 1_000, "severity": "INFO", **event}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/event", data=body), timeout=10) as answer:
        assert answer.status in (200, 202), answer.status


def rows_with(text):
    return f"{ROWS}.filter((row) => row.textContent.includes({json.dumps(text)}))"


def an_event_appears_without_a_reload(page, url):
    name = f"arrives-{uuid.uuid4()}"
    page.run("window.loadedOnce = true")
    post(url, operation=name, severity="WARNING", **{"msg-text": "hello, page"})
    page.wait(f"{rows_with(name)}.length === 1")
    row = page.run(f"{rows_with(name)}[0].innerText")
    assert "WARNING" in row and "hello, page" in row, row
    assert page.run("window.loadedOnce"), "the page was reloaded"

    # And it is still there after one.
    page.call("Page.reload")
    page.wait(f"!window.loadedOnce && {LIVE} && {rows_with(name)}.length === 1")


def hostile_text_is_inert(page, url):
    name = f"hostile-{uuid.uuid4()}"
    texts = {"msg-text": HOSTILE + UNSEEN, "source-fqn": f"APPL={HOSTILE}", "severity": HOSTILE}
    post(url, operation=name + HOSTILE, properties=[{"name": HOSTILE, "type": "string", "value": HOSTILE}], **texts)
    page.wait(f"{rows_with(name)}.length === 1")
    text = page.run(f"{rows_with(name)}[0].textContent")
    assert HOSTILE in text, text
    assert "\\x1b[31mred \\u202egnp.exe" in text, "unseen characters are not made visible"
    page.run(f"{rows_with(name)}[0].click()")
    page.wait("document.querySelector('#detail-body dl.properties')?.textContent.includes('<img src=x')")
    page.key("Escape")
    page.wait("document.querySelector('#detail').hidden")

    page.click("#query-link")
    page.type("#query", f'get events fields all where EventName starts with "{name}"')
    page.key("Enter")
    page.wait("document.querySelector('#result tbody')?.textContent.includes('<img src=x')")
    page.click("#live-link")

    time.sleep(0.3)
    assert page.run("window.owned") is None, "a text was run"
    inserted = page.run("document.querySelectorAll('main img, main script').length")
    assert inserted == 0, "a text has become an element"


def the_filter_keeps_what_matches(page, url):
    mark = uuid.uuid4().hex
    for number, severity in enumerate(["INFO", "ERROR", "CRITICAL"]):
        post(url, operation=f"filtered-{number}", severity=severity, **{"msg-text": f"Order {mark}"})
    post(url, operation="other", **{"msg-text": "something else"})
    page.wait(f"{rows_with(mark)}.length === 3")

    page.type("#filter", f"ORDER {mark}".upper())
    page.wait(f"{ROWS}.length === 3")
    page.run(
        "(() => { const least = document.querySelector('#least');"
        " least.value = '6'; least.dispatchEvent(new Event('change')); })()"
    )
    page.wait(f"{ROWS}.length === 2")
    post(url, operation="filtered-later", severity="FATAL", **{"msg-text": f"order {mark}"})
    post(url, operation="other-later", severity="FATAL")
    page.wait(f"{ROWS}.length === 3 && {ROWS}[0].textContent.includes('filtered-later')")

    page.type("#filter", "no such text anywhere")
    page.wait("!document.querySelector('#unmatched').hidden")
    page.click("#unfilter")
    page.wait(f"{ROWS}.length > 3")


def a_pause_holds_the_rows_and_counts(page, url):
    name = f"paused-{uuid.uuid4()}"
    page.click("#pause")
    page.wait("document.querySelector('#state-text').textContent === 'Paused'")
    post(url, operation=name)
    page.wait("document.querySelector('#pause').textContent === 'Resume, 1 new'")
    assert page.run(f"{rows_with(name)}.length") == 0
    page.click("#pause")
    page.wait(f"{LIVE} && {rows_with(name)}.length === 1")


def the_keyboard_is_enough(page, url):
    name = f"keyboard-{uuid.uuid4()}"
    post(url, operation=name, properties=[{"name": "Amount", "type": "double", "value": 12.5}])
    page.wait(f"{rows_with(name)}.length === 1")
    page.run(f"{ROWS}.find((row) => row.tabIndex === 0).focus()")
    for _ in range(page.run(f"{ROWS}.length")):
        if page.run(f"document.activeElement === {rows_with(name)}[0]"):
            break
        page.key("ArrowUp")
    page.key("Enter")
    page.wait("document.querySelector('#detail-body dl.properties')?.textContent.includes('Amount12.5')")
    page.key("Escape")
    page.wait(f"document.activeElement === {rows_with(name)}[0]")


def a_query_is_answered_or_explained(page, _):
    page.click("#query-link")
    page.type("#query", "get number of events")
    page.key("Enter")
    page.wait("document.querySelector('#result thead')?.textContent === 'NumberOf'")
    page.type("#query", "get nonsense")
    page.key("Enter")
    page.wait("document.querySelector('#query-state.error')?.textContent.includes('nonsense')")
    page.click("#live-link")


CHECKS = [
    an_event_appears_without_a_reload,
    hostile_text_is_inert,
    the_filter_keeps_what_matches,
    a_pause_holds_the_rows_and_counts,
    the_keyboard_is_enough,
    a_query_is_answered_or_explained,
]
# The query that is no jKQL.
EXPECTED = ("400 (Bad Request)",)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    url = sys.argv[1].rstrip("/")
    path = devtools.find_chromium()
    if not path:
        print("skipped: there is no chromium here; install it, or name it in CHROMIUM")
        return 77
    with devtools.Browser(path) as page:
        page.open(f"{url}/")
        page.wait(LIVE, timeout=20)
        for check in CHECKS:
            check(page, url)
            print(f"ok  {check.__name__.replace('_', ' ')}")
        page.run("0")  # What the page has said until now has been received.
        complaints = [one for one in page.complaints() if not any(part in one for part in EXPECTED)]
        assert not complaints, complaints
        print("ok  nothing went wrong in its console")
    return 0


if __name__ == "__main__":
    sys.exit(main())
