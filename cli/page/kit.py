"""HTML pages from templates of this package: escaped by default, strict about names, closed to the network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def render_page(template: str, **content: object) -> str:
    """A page from a template that extends `base.html`; every text is escaped, an unknown name is an error.

    The template needs what `base.html` names: `title`, and what its own blocks read.
    """
    style = _style()
    return _environment().get_template(template).render(style=style, policy=policy_of(style), **content)


def policy_of(style: str) -> str:
    """The Content-Security-Policy of a page: its own style sheet by hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    """The style sheet in every page. It is ours and is not escaped; it holds no `</style`."""
    from markupsafe import Markup

    return Markup((TEMPLATES / "page.css").read_text("utf-8"))  # the kit's own file
