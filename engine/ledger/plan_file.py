"""The file of a plan, read by a checker who has nothing else: every part of it must be what its header says."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from engine.ledger.ledger import Tampered
from engine.ledger.paying import approval_text
from engine.ledger.plan import FORMAT, HEADER, plan_bytes, plan_id

MOST = 1 << 30  # bytes of a plan; a million payments take about a fifth of it
PARTS = {HEADER, "payments.csv", "items.csv", "blocked.csv"}


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as its file has it, and the text that a checker signs."""

    id: str
    header: dict[str, Any]
    text: bytes


def read_plan_file(data: bytes) -> PlanFile:
    """Open the file of a plan. Raises Tampered if any byte of it is not as it was written."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = [each.filename for each in infos]
            if set(names) != PARTS or len(names) != len(PARTS):
                raise Tampered("this is not the file of a plan")
            if (
                any(each.compress_type != zipfile.ZIP_STORED for each in infos)
                or sum(e.file_size for e in infos) > MOST
            ):
                raise Tampered("the file of the plan is not as rung writes it")
            files = {name: archive.read(name) for name in names}
        header = json.loads(files[HEADER])
        is_plan = header["format"] == FORMAT
        hashes = {name: hashlib.sha256(part).hexdigest() for name, part in files.items() if name != HEADER}
        is_whole = is_plan and header["files"] == hashes and plan_bytes(files) == data
        text = approval_text(header, hashlib.sha256(files[HEADER]).hexdigest())
    # what the library raises for archives that are cut, encrypted, or compressed in a way that it does not know
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Tampered("this is not the file of a plan") from error
    if not is_whole:
        raise Tampered("the file of the plan was changed after it was made")
    return PlanFile(plan_id(files), header, text)
