"""Pages: everything is escaped, names are strict, and a page may do nothing but show itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest

from cli.page import kit
from cli.page.charts import Pair, bar_chart, heat_matrix
from cli.page.kit import TEMPLATES, policy_of, render_page
from engine.authoring.wording.conditions import Clause
from tests.extra.browser import audit

HOSTILE = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"
ESCAPED = (
    "&lt;/title&gt;&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
    "&#34;&#39;&amp;{{ 7 * 7 }}"
)
EVERYTHING = """\
{% extends "base.html" %}{% import "kit.html" as kit %}
{% block header %}<h1>{{ title }}</h1>{{ kit.badge(text) }}{{ kit.badge(text, "good") }}{% endblock %}
{% block contents %}{{ kit.contents([("one", text)]) }}{% endblock %}
{% block main %}<section id="one" aria-labelledby="one-head"><h2 id="one-head">One</h2>
{{ kit.figures([(text, text, text), ("b", "2", "")]) }}{{ kit.table("t", text, (text, "n"), ((text, "1"),), (1,)) }}
{{ kit.bars(bars) }}{{ kit.ladder(text, ladder, shade) }}{{ kit.matrix("m", heat) }}{{ kit.clauses(clauses) }}
{% call kit.callout(text, "warn") %}<p>{{ text }}</p>{% endcall %}</section>{% endblock %}
{% block footer %}<p>{{ text }}</p>{% endblock %}
"""


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page that uses every macro, with a hostile text in every place."""
    environment = kit._environment().overlay(
        loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(TEMPLATES), jinja2.DictLoader({"all.html": EVERYTHING})])
    )
    monkeypatch.setattr(kit, "_environment", lambda: environment)
    yield render_page(
        "all.html",
        title=HOSTILE,
        text=HOSTILE,
        bars=bar_chart("b", HOSTILE, HOSTILE, [Pair(HOSTILE, Decimal(2), HOSTILE, Decimal(1), HOSTILE)]),
        ladder=[(HOSTILE, (HOSTILE,))],
        shade=lambda place: 1 + place,
        heat=heat_matrix(HOSTILE, HOSTILE, [HOSTILE], [HOSTILE, "b"], {(HOSTILE, "b"): 3}),
        clauses=(Clause(HOSTILE, (Clause(HOSTILE),)),),
    )


def test_every_text_is_escaped(everything: str) -> None:
    """In every macro and block, text stays text."""
    assert "<script" not in everything and "<img" not in everything
    assert everything.count(ESCAPED) >= 30
    assert re.search(r'aria-label="&lt;/title&gt;', everything)


def test_the_policy_allows_the_style_sheet_and_nothing_else(everything: str) -> None:
    """The hash is of the bytes between the tags, and no attribute carries style or script."""
    style = everything.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy_of(style) == policy
    assert policy.replace("'", "&#39;") in everything
    markup = everything.replace(ESCAPED, "")
    assert not re.search(r"\s(?:style|on\w+|src)=", markup)
    assert not re.search(r"(?:https?:)?//|@import|url\(", markup)


def test_names_are_strict() -> None:
    """A value that a template names and nobody gave is an error, not an empty place."""
    with pytest.raises(jinja2.UndefinedError):
        render_page("base.html")


def test_no_template_trusts_a_text() -> None:
    """No template turns escaping off."""
    for path in TEMPLATES.glob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape", path.read_text("utf-8")), path


@pytest.mark.tools
def test_the_page_is_sound_in_a_browser(everything: str, tmp_path: Path) -> None:
    """In Chromium: no request, no complaint, nothing for axe, in all six views."""
    page = tmp_path / "page.html"
    page.write_text(everything, "utf-8")
    audit(page).assert_sound()
