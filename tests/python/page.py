"""Opens a page of a course in headless Chromium: nothing is fetched, nothing fails, and the slider shows other days.

page.py CHROMIUM PAGE [FOLDER]: with a folder, screenshots at three widths, light and dark, are left there.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = [390, 820, 1280]


def shown(page):
    """What is visible of every arm: the picture and the text of its first rose."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.arm')].map((arm) => {
            const frame = [...arm.querySelectorAll('.frame')].find((one) => !one.hidden);
            const map = [...frame.querySelectorAll('.map')].find((one) => !one.hidden);
            return [map.querySelector('img').src, frame.querySelector('.rose').textContent];
        })"""
    )


def check_slider(page):
    slider = page.locator("#day")
    if slider.count() == 0:
        return
    slider.focus()
    last = shown(page)
    day = page.locator("#shown").inner_text()
    page.keyboard.press("Home")
    first = shown(page)
    assert page.locator("#shown").inner_text() == "0", page.locator("#shown").inner_text()
    assert day != "0" and first[0] != last[0], "the slider does not change the treated arm"
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    assert shown(page) == last and page.locator("#shown").inner_text() == day
    page.locator("input[name=map]").nth(1).check()
    assert shown(page)[0][0] != last[0][0], "another map shows the same picture"
    widths = page.evaluate("() => [...document.querySelectorAll('img')].map((one) => one.naturalWidth)")
    assert widths and all(width > 0 for width in widths), "a picture cannot be read"


def check_charts(page):
    """Every chart has numbers at both axes, and a line that is not a point."""
    charts = page.locator("svg.chart")
    assert charts.count() >= 6, charts.count()
    for number in range(charts.count()):
        chart = charts.nth(number)
        assert chart.get_attribute("aria-label"), "a chart without words"
        assert chart.locator("text").count() >= 6, "axes without numbers"
        longest = chart.evaluate(
            "(svg) => Math.max(...[...svg.querySelectorAll('polyline')].map((line) => line.getTotalLength()))"
        )
        assert longest > 100, f"chart {number} carries no line"


def check_layout(page, width):
    """Nothing is wider than the window, but for tables that scroll by themselves."""
    too_wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{too_wide} px too wide at {width} px"


def main():
    chromium, path = sys.argv[1], Path(sys.argv[2]).resolve()
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    problems, requests = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ["light", "dark"]:
            page = browser.new_page(color_scheme=scheme)
            page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(path.as_uri())
                check_layout(page, width)
                if folder is not None:
                    page.screenshot(path=folder / f"{path.stem}_{scheme}_{width}.png", full_page=True)
            check_slider(page)
            check_charts(page)
            page.close()
        browser.close()
    fetched = [url for url in requests if not url.startswith(("data:", path.as_uri()))]
    assert not problems, problems
    assert not fetched, fetched
    print(f"{path.name}: opens without network, {path.stat().st_size / 1e6:.1f} MB")


main()
