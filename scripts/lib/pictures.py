"""Takes the pictures that docs/images/pictures.yaml lists, from a demo server that runs.

Each entry has a `name` and:

- ``login``: whose screen it is; none: nobody is logged in
- ``size``: width and height of the window; ``language``: of the browser and of the user
- ``jobs``: XML ids of scheduled actions that run before
- ``find``: {name: {model, domain, order, field, part}}: a value of a record, as the administrator sees it, or
  the part of it that fits a regular expression; in a step ``{name}`` stands for it
- ``do``: steps, one key each: ``go`` (address), ``click``, ``fill`` (selector: text), ``press`` (keys),
  ``see`` (wait for it), ``run`` (JavaScript), ``html`` (show this text as a page), ``scroll`` (what to bring
  into sight), ``rest`` (milliseconds)
- ``only``: the element that is taken; none: the window
- ``pdf``: instead of steps, the address of a PDF, with ``page`` (from 1) and ``width``
"""

import argparse
import contextlib
import io
import re
import sys
from pathlib import Path
from shutil import which

import pypdfium2
import yaml
from PIL import Image
from playwright.sync_api import Error, sync_playwright

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PASSWORDS = Path(__file__).resolve().with_name("logins.txt")
QUIET = "*, *::before, *::after {animation: none !important; caret-color: transparent !important}"


def passwords() -> dict[str, str]:
    lines = [
        line.split("|") for line in PASSWORDS.read_text().splitlines() if "|" in line[1:] and line[0] != "#"
    ]
    return {"admin": "admin", **{line[0].strip(): line[1].strip() for line in lines}}


class Camera:
    """A browser, the address of the server, and what was looked up."""

    def __init__(self, browser, base: str):
        self.browser, self.base, self.passwords = browser, base, passwords()
        self.clerk = self.entered("admin", {"width": 800, "height": 600}, "en-US")

    def entered(self, login, size, language):
        """A page of somebody who has logged in; of a visitor without login."""
        page = self.browser.new_context(
            viewport=size, locale=language, timezone_id="Europe/Berlin", reduced_motion="reduce"
        ).new_page()
        page.set_default_timeout(90_000)  # the first screen of a fresh server makes its assets
        if login:
            page.goto(f"{self.base}/web/login", wait_until="domcontentloaded")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", self.passwords[login])
            page.click("button[type=submit]")
            page.wait_for_url(lambda address: "/web/login" not in address, wait_until="domcontentloaded")
        return page

    def call(self, page, model, method, *arguments, **options):
        answer = page.request.post(
            f"{self.base}/web/dataset/call_kw/{model}/{method}",
            data={
                "jsonrpc": "2.0",
                "params": {"model": model, "method": method, "args": arguments, "kwargs": options},
            },
        ).json()
        if "error" in answer:
            raise SystemExit(f"{model}.{method}: {answer['error']['data']['message']}")
        return answer["result"]

    def looked_up(self, finds: dict) -> dict[str, str]:
        found = {}
        for name, find in finds.items():
            field = find.get("field", "id")
            rows = self.call(
                self.clerk,
                find["model"],
                "search_read",
                find.get("domain", []),
                [field],
                order=find.get("order", "id desc"),
                limit=1,
            )
            if not rows:
                raise SystemExit(f"nothing found for {name}: {find}")
            value = rows[0][field]
            text = str(value[0] if isinstance(value, list) else value)
            found[name] = re.search(find["part"], text)[0] if "part" in find else text
        return found

    def in_language(self, login, language):
        """The language of a user's screens, as they would choose it in their preferences."""
        code = language.replace("-", "_")
        user = self.call(self.clerk, "res.users", "search", [["login", "=", login]])
        self.call(self.clerk, "res.users", "write", user, {"lang": code})

    def take(self, entry: dict) -> bytes:
        width, height = entry.get("size", [1400, 950])
        language, login = entry.get("language", "en-US"), entry.get("login")
        if login:
            self.in_language(login, language)
        for job in entry.get("jobs", []):
            _model, number = self.call(
                self.clerk, "ir.model.data", "check_object_reference", *job.split(".", 1)
            )
            self.call(self.clerk, "ir.cron", "method_direct_trigger", [number])
        found = self.looked_up(entry.get("find", {}))
        page = self.entered(login, {"width": width, "height": height}, language)
        try:
            if "pdf" in entry:
                return self.sheet(
                    page, entry["pdf"].format(**found), entry.get("page", 1), entry.get("width", 900)
                )
            for step in entry["do"]:
                ((verb, what),) = step.items()
                self.do(page, verb, what, found)
            page.add_style_tag(content=QUIET)
            page.mouse.move(0, height - 1)
            page.wait_for_timeout(400)
            subject = page.locator(entry["only"]).first if "only" in entry else page
            return subject.screenshot()
        finally:
            page.context.close()
            if login and language != "en-US":
                self.in_language(login, "en-US")

    def do(self, page, verb, what, found):
        if verb == "fill":
            ((what, text),) = what.items()
            page.fill(what, with_values(text, found))
            return
        if verb in ("go", "html"):
            what = with_values(what, found)
        if verb == "go":
            page.goto(what if what.startswith("http") else self.base + what, wait_until="domcontentloaded")
            self.quiet(page)
        elif verb == "html":
            page.set_content(what)
            self.quiet(page)
        elif verb == "scroll":
            page.locator(what).first.evaluate("element => element.scrollIntoView({block: 'start'})")
        elif verb == "click":
            page.locator(what).first.click()
        elif verb == "see":
            page.locator(what).first.wait_for()
        elif verb == "press":
            page.keyboard.press(what)
        elif verb == "run":
            page.evaluate(what)
        elif verb == "rest":
            page.wait_for_timeout(what)
        else:
            raise SystemExit(f"there is no step {verb}")

    def quiet(self, page):
        """Until nothing more is fetched; a page that keeps asking is taken as it is after some seconds."""
        with contextlib.suppress(Error):
            page.wait_for_load_state("networkidle", timeout=8_000)

    def sheet(self, page, address, number, width):
        answer = page.request.get(self.base + address, timeout=120_000)
        if not answer.ok:
            raise SystemExit(f"{address}: {answer.status}")
        with pypdfium2.PdfDocument(answer.body()) as document:
            drawn = document[number - 1]
            picture = drawn.render(scale=width / drawn.get_width()).to_pil()
        kept = io.BytesIO()
        picture.save(kept, "PNG")
        return kept.getvalue()


def with_values(text: str, found: dict[str, str]) -> str:
    for name, value in found.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def small(png: bytes) -> bytes:
    """The picture with a palette: a third of the size, and nobody sees the difference."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/pictures")
    parser.add_argument("base", metavar="ADDRESS")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    entries = yaml.safe_load((IMAGES / "pictures.yaml").read_text())
    if unknown := set(arguments.names) - {entry["name"] for entry in entries}:
        raise SystemExit(f"no picture is called {', '.join(sorted(unknown))}")
    failed = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        )
        camera = Camera(browser, arguments.base)
        for entry in entries:
            if arguments.names and entry["name"] not in arguments.names:
                continue
            try:
                (IMAGES / f"{entry['name']}.png").write_bytes(small(camera.take(entry)))
                print(f"{entry['name']}: taken", flush=True)
            except (Error, SystemExit) as problem:
                failed.append(entry["name"])
                print(f"{entry['name']}: {problem}", file=sys.stderr, flush=True)
        browser.close()
    if failed:
        raise SystemExit(f"not taken: {', '.join(failed)}")


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := which(name):
            return found
    raise SystemExit("Chromium is missing")


if __name__ == "__main__":
    main()
