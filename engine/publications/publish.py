"""Checks whether a program may be published, and writes it completely or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendar import say_days
from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.program import Program
from engine.language.source import File
from engine.memory import state_of
from engine.publications import codes
from engine.publications.publication import Kept, Publication, publication_of, publication_text
from engine.publications.shelf import DOCUMENT, Findings, Load, folder_of, kept_file, seen_name, trusted_publications
from engine.workspace import PRIVATE, Workspace, pending_folder, publish_folder, write_workspace

DRIFT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be published: a program without errors, its files, and the hash of what it means.

    `hashes` are those of the version alone and with each amendment, up to the one to be published.
    """

    program: Program
    files: tuple[File, ...]
    hashes: tuple[str, ...]

    @property
    def amendment(self) -> int:
        """The number of the last amendment; 0 for a version."""
        return max((each.number for each in self.program.amendments), default=0)


@dataclass(frozen=True, slots=True)
class Published:
    """A publication; `found` when it was there already."""

    publication: Publication
    found: bool


def publish(
    proposal: Proposal,
    workspace: Workspace,
    today: date,
    load: Load,
    *,
    dry_run: bool = False,
    clock_corrected: bool = False,
) -> tuple[Published | None, Findings]:
    """The publication of the program, new or found; None with findings where it is refused.

    The caller has seen that the program has no errors. A dry run writes nothing. `clock_corrected` says that the
    clock was ahead when the last publication was made; without it, one dated after today refuses all others.
    """
    before, findings = trusted_publications(workspace, load)
    if has_errors(findings):
        return None, findings
    same = next((each for each in before if _is_same(each, proposal)), None)
    if same is not None:
        refusal = _other_meaning(same, proposal)
        return (None, (refusal,)) if refusal else (Published(same, found=True), ())
    last = max([today, *(each.published for each in before[-1:])])
    if last - today <= DRIFT:
        today = last  # two clocks differ around midnight; a clock set back publishes nothing earlier
    elif not clock_corrected:
        return None, (_from_the_future(before[-1], today),)
    refusals = (*_unfounded(before, proposal), *_overlapping(before, proposal), *_reaching_back(proposal, today))
    if refusals:
        return None, refusals
    publication = _publication(proposal, before, today)
    if not dry_run:
        write_workspace(workspace)
        workspace.published.mkdir(mode=PRIVATE, exist_ok=True)
        with pending_folder(workspace.published) as pending:
            for place, file in enumerate(proposal.files):
                (pending / kept_file(place)).write_bytes(file.data)
            (pending / DOCUMENT).write_bytes(publication_text(publication))
            final, state = folder_of(workspace, publication), state_of(pending)
            if not publish_folder(pending, final):  # another process was quicker
                return publish(proposal, workspace, today, load, clock_corrected=clock_corrected)
        workspace.memory.keep(final, state)
        workspace.memory.see(workspace.published, [seen_name(publication)])
    return Published(publication, found=False), ()


def _from_the_future(last: Publication, today: date) -> Diagnostic:
    """A finding: which of two clocks was wrong cannot be known, so a person must say it."""
    name = f"{last.family} {last.edition}"
    return codes.CLOCK_BEHIND.at(
        None,
        f"the last publication, {name}, is dated {last.published}, but today is {today}: one of the clocks was wrong",
        help=f"set the clock of this machine right; if it was ahead when {name} was published, add `--clock-corrected`",
    )


def _publication(proposal: Proposal, before: tuple[Publication, ...], today: date) -> Publication:
    files = tuple(Kept(each.name, hashlib.sha256(each.data).hexdigest()) for each in proposal.files)
    after = before[-1].id if before else ""
    return publication_of(proposal.program, proposal.hashes[-1], today, files, len(before), after)


def _is_same(publication: Publication, proposal: Proposal) -> bool:
    own = proposal.program
    return (publication.family, publication.version, publication.amendment) == (
        own.family,
        own.version,
        proposal.amendment,
    )


def _other_meaning(publication: Publication, proposal: Proposal) -> Diagnostic | None:
    if publication.hash == proposal.hashes[-1]:
        return None
    return codes.OTHER_MEANING.at(
        proposal.program.span,
        f"{publication.family} {publication.edition} was published on {publication.published} with another meaning"
        f" (published {publication.hash[:16]}, now {proposal.hashes[-1][:16]})",
        help="state the change as an amendment or a new version, or undo it",
    )


def _unfounded(before: tuple[Publication, ...], proposal: Proposal) -> tuple[Diagnostic, ...]:
    """A finding: what an amendment builds on is not published."""
    program = proposal.program
    if not proposal.amendment:
        return ()
    known = {
        each.amendment: each for each in before if (each.family, each.version) == (program.family, program.version)
    }
    for number in range(proposal.amendment):
        what = f"{program.family} {program.version}" + (f".amendment-{number}" if number else "")
        if number not in known:
            return (
                codes.NOT_PUBLISHED.at(
                    program.amendments[-1].span, f"{what} is not published yet", help="publish it first"
                ),
            )
        if known[number].hash != proposal.hashes[number]:
            return (
                codes.OTHER_MEANING.at(
                    program.span,
                    f"{what} was published on {known[number].published}, but the file beside this one has another"
                    f" meaning (published {known[number].hash[:16]}, now {proposal.hashes[number][:16]})",
                    help="put the amendment beside the published file",
                ),
            )
    return ()


def _overlapping(before: tuple[Publication, ...], proposal: Proposal) -> tuple[Diagnostic, ...]:
    """Another version that is in force on some of the same days."""
    program = proposal.program
    first, end = program.effective
    others = (
        each
        for each in before
        if each.family == program.family
        and each.version != program.version
        and not each.amendment
        and each.effective[0] < end
        and first < each.effective[1]
    )
    return tuple(
        codes.OVERLAPS_PUBLISHED.at(
            program.span,
            f"version {program.version} is in force {say_days(first, end)}, and version {each.version},"
            f" published on {each.published}, is in force {say_days(*each.effective)}",
            help="start one on the day the other ends",
        )
        for each in others
    )


def _reaching_back(proposal: Proposal, today: date) -> tuple[Diagnostic, ...]:
    """A finding if an amendment takes effect before it is published and has no `on_paid`."""
    amendments = proposal.program.amendments
    if not amendments:
        return ()
    last = max(amendments, key=lambda each: each.number)
    if last.effective_from > today or last.on_paid:
        return ()
    return (
        codes.REACHES_BACK.at(
            last.span,
            f"amendment {last.number} takes effect on {last.effective_from}, before it is published on {today}, but"
            " does not say what happens to amounts already paid",
            help="add `on_paid: both`, `raise_only` or `future_only`",
        ),
    )
