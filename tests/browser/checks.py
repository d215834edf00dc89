"""What every page must stand: axe and the Nu checker find nothing, nothing is cut off, what is read is large enough."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import tools

WIDTHS = (320, 1280)  # 1280 px at 400 % zoom is 320 px wide: both are one check of reflow (WCAG 2.2, 1.4.10)
AXE = {"bypass_csp": True}  # axe is put into the page by the test
RUN_AXE = """async () => (await axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}))
  .violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(" | ")}`)"""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
SMALL = """[...document.querySelectorAll('main p, main li, main dd, main td, main label')]
  .filter((one) => !one.closest('.govuk-body-s') && parseFloat(getComputedStyle(one).fontSize) < 19
    && [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
  .map((one) => one.outerHTML.slice(0, 160))"""
HAS_FOCUS = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.backgroundColor === 'rgb(255, 221, 0)'; }"""


def found(page: Page, *, unfolded: bool = False) -> list[str]:
    """What is wrong with the page as it stands, at both widths; `unfolded`: with all its details open."""
    wrong = []
    page.evaluate(tools.axe())
    if unfolded:
        page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        here = f"{page.url} at {width}"
        wrong += [f"{here}: {one}" for one in page.evaluate(RUN_AXE)]
        wrong += [f"{here}: too small: {one}" for one in page.evaluate(SMALL)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append(f"{here}: {wide} px wide")
    return wrong


def invalid(pages: Mapping[str, str], folder: Path) -> str:
    """What the Nu checker finds wrong in the texts of pages (name → text); `folder` holds them while it reads."""
    names: dict[str, str] = {}
    files = []
    for number, (name, text) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(text)
        names[f"file:{file}"] = name
        files.append(file)
    said = [m for m in tools.nu(files) if m["type"] == "error" or m.get("subType") == "warning"]
    return "\n".join(f"{names.get(m['url'], m['url'])}: {m['message']}: {m.get('extract', '')}" for m in said)
