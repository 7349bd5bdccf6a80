"""The result of `rung test` as JUnit XML, for build servers. Without times: the same cases give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from cli.render.tests_text import told_mismatch
from cli.render.visible import visible
from cli.testing import Tested, Tests, Tried

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def render_junit(result: Tested) -> str:
    """One suite for each test file; a file that cannot be run is an error of its own."""
    counts = {
        "tests": sum(1 for _ in result.cases()) + sum(each.invalid for each in result.files),
        "failures": result.failed,
        "errors": sum(each.invalid for each in result.files),
        "skipped": result.skipped,
    }
    lines = [HEAD, f"<testsuites {_attributes({'name': 'rung', **counts})}>"]
    for file in result.files:
        lines += _suite(file)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(file: Tests) -> Iterator[str]:
    counts = {
        "tests": len(file.tried) + file.invalid,
        "failures": sum(bool(each.outcome.mismatches) for each in file.tried),
        "errors": int(file.invalid),
        "skipped": sum(bool(each.outcome.case.skip) for each in file.tried),
    }
    yield f"  <testsuite {_attributes({'name': file.name, **counts})}>"
    if file.invalid:
        yield f"    <testcase {_attributes({'classname': file.name, 'name': 'the file can be run'})}>"
        yield from (
            f"      <error {_attributes({'message': each.message, 'type': each.code})}/>" for each in file.findings
        )
        yield "    </testcase>"
    for each in file.tried:
        yield from _case(file, each)
    yield "  </testsuite>"


def _case(file: Tests, tried: Tried) -> Iterator[str]:
    case = tried.outcome.case
    named: dict[str, object] = {"classname": file.name, "name": case.name, "file": file.name}
    if case.span is not None:
        named["line"] = case.span.line
    if case.skip:
        yield f"    <testcase {_attributes(named)}><skipped {_attributes({'message': case.skip})}/></testcase>"
    elif tried.outcome.mismatches:
        told = [told_mismatch(file, tried, each) for each in tried.outcome.mismatches]
        yield f"    <testcase {_attributes(named)}>"
        yield f"      <failure {_attributes({'message': '; '.join(lines[0] for lines in told)})}>"
        yield from (escape(visible(line)) for lines in told for line in lines)
        yield "      </failure>"
        yield "    </testcase>"
    else:
        yield f"    <testcase {_attributes(named)}/>"


def _attributes(values: dict[str, object]) -> str:
    return " ".join(f"{name}={quoteattr(visible(str(value)))}" for name, value in values.items())
