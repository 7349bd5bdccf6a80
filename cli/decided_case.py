"""`rung test --from RUN PARTNER`: a stored decision as a case, without names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.options import Settings

if TYPE_CHECKING:
    from engine.authoring.cases.model import Case
    from engine.language.program import Program
    from engine.plan.plan import Plan

DEEP = "  "


def write_decided(settings: Settings, run: str, partner: str, output: str | None) -> None:
    """Write the case to stdout, or below the cases of the test file `output`, which is made if it is not there."""
    from cli.output import emit
    from cli.programs import read_program
    from engine.authoring.cases.writing import render_case, render_suite

    program, plan, case = case_from(settings, run, partner)
    if output in (None, "-"):
        check_passes(render_suite([case], program), program, plan)
        emit(render_case(case, program), output)
        return
    name = str(output)
    text = read_program(name).decode("utf-8", "replace") if Path(name).is_file() else ""
    new = appended(text, case, program, name)
    check_passes(new, program, plan)
    emit(new, name)
    settings.say(f"wrote a case into {name}")


def case_from(settings: Settings, id: str, partner: str) -> tuple[Program, Plan, Case]:
    """The decision of a partner in a run as a case, from the run's own program and records."""
    from cli.commands.explain import unknown_partner
    from cli.findings import stop_on_errors
    from cli.stored import compiled_of, trusted
    from engine.authoring.cases.decided import decided_case
    from engine.plan.table import Scan
    from engine.records.world import read_world, world_of
    from engine.runs.again import compare_partners
    from engine.runs.resources import USUAL
    from engine.runs.undecided import check_whole
    from engine.runs.worlds import open_world, snapshot_paths

    stored = trusted(settings, id)
    run, snapshot, program, plan = stored.run, stored.snapshot, stored.program, stored.plan
    stop_on_errors(settings, check_whole(snapshot))
    compiled = compiled_of(program, plan)
    with open_world(compiled, snapshot, (run.folder,), USUAL) as world:
        compared = compare_partners(run, plan, world.decide, [partner], world.connection)
        rows = world_of(world.connection, snapshot_paths(snapshot), program.all_records, plan.needs, [partner])
        tables = {each.table for each in plan.tables if isinstance(each, Scan)} | {"partners"}
        found = {name: tuple(each) for name, each in read_world(rows, sorted(tables - {"reach"})).items()}
        rows.close()
    if not any(row["partner_id"] == partner for row in found.get("partners", ())):
        stop_on_errors(settings, [unknown_partner(run, snapshot, partner)])
    if compared.differences:
        message = f"the decision stored in `{run.id}` for `{partner}` differs from what the records give"
        raise Stop(ExitCode.INTEGRITY, message, f"rung replay {run.id}")
    return program, plan, decided_case(f"as decided on {plan.as_of} in {run.id}", program, plan, found, partner)


def check_passes(text: str, program: Program, plan: Plan) -> None:
    """The last case of a test file as it will be read must decide the same; one that does not is not written."""
    from engine.authoring.cases.parse import parse_suite
    from engine.authoring.cases.running import run_case
    from engine.authoring.cases.typed import read_case

    suite, found = parse_suite(text.encode("utf-8"), "case")
    if suite is not None:
        read, found = read_case(suite.drafts[-1], program, lambda day: (plan, ()))
        if read is not None and not run_case(read, program, plan)[0].mismatches:
            return
    if found:
        raise Stop(ExitCode.INVALID, f"this decision cannot be written as a case: {found[0].message}", found[0].help)
    cure = "the program compares names in a way that replaced names cannot reproduce; write the case by hand"
    raise Stop(
        ExitCode.INVALID, "this decision cannot be written as a case: with names replaced, the decision changes", cure
    )


def appended(text: str, case: Case, program: Program, name: str) -> str:
    """A test file with one more case, under a name that no other case has."""
    from dataclasses import replace

    from cli.testing import ENDING
    from engine.authoring.cases.writing import render_case, render_suite
    from engine.language.loader import load_tree
    from engine.language.source import Mapping

    if not text.strip():
        beside = Path(program.file).name == Path(name).name.removesuffix(ENDING) + ".yaml"
        return render_suite([case], program, "" if beside else Path(program.file).name)
    tree, _ = load_tree(text.encode("utf-8"), name)
    cases = tree.get("cases") if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or not isinstance(cases, Mapping) or tree.get("rung_test") is None:
        raise Stop(ExitCode.INVALID, f"`{name}` is not a test file, so no case is added to it", f"rung test {name}")
    taken, number, chosen = {each.key.text for each in cases}, 1, case.name
    while chosen in taken:
        number += 1
        chosen = f"{case.name} ({number})"
    shared = tree.get("given")  # given to every case of the file, unless the case overrides it
    empty = [each.key.text for each in shared] if isinstance(shared, Mapping) else []
    lines = text.splitlines(keepends=True)
    after = [each.key.span.line for each in tree if each.key.span.line > cases.span.line]
    place = min(after) - 1 if after else len(lines)
    if not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    return "".join([*lines[:place], render_case(replace(case, name=chosen), program, empty), *lines[place:]])
