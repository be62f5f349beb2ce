"""Take pictures of a report: light, dark, phone, paper. For a person who judges its looks; no test runs it.

    python -m tools.screenshot_report report.html pictures/

Also says what the page asks of the network (nothing) and whether it is wider than its window. The pictures of
the documents are taken by screenshots.py.
"""

import argparse
from pathlib import Path

from tools.screenshots import browser_path

SHOTS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
}


def main() -> None:
    """Write one picture per look, the first screen and the whole page, and a PDF of the printed report."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--open", action="store_true", help="open every fold before the picture is taken")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path())
        for name, look in SHOTS.items():
            page = browser.new_context(**look).new_page()
            page.on("console", lambda message: print(f"console: {message.text}"))
            page.on(
                "request", lambda request: request.url.startswith("file:") or print(f"REQUEST {request.url}")
            )
            page.goto(options.report.resolve().as_uri())
            if options.open:
                page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            page.screenshot(path=options.folder / f"{name}-first.png")
            page.screenshot(path=options.folder / f"{name}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            print(f"{name}: {wide} px wide in a window of {look['viewport']['width']} px")
            if name == "light":
                page.pdf(path=options.folder / "print.pdf", format="A4", prefer_css_page_size=True)
        browser.close()


if __name__ == "__main__":
    main()
