"""Whether a file fits as a whole; its bad rows are written apart, and they alone."""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from connectors.protocols.files.layouts.bytes_in import Source
from connectors.protocols.files.layouts.faults import Unfit
from connectors.protocols.files.layouts.layout import Bad, Encoding, Layout
from connectors.protocols.files.layouts.reading import read


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counted without header and trailer. `failure` is why nothing of it may be delivered."""

    rows: int
    bad: int
    failure: str = ""


def judged(stream: Source, layout: Layout, max_bad_share: float, quarantine: Path) -> Verdict:
    """Reads it to the end, or to where it turns out to be unfit."""
    rows, bad, failure = 0, 0, ""
    body = {record.name for record in layout.records}
    with _Quarantine(quarantine, layout.encoding) as apart:
        try:
            for result in read(stream, layout):
                if isinstance(result, Bad):
                    bad += 1
                    apart.write(result)
                elif result.record in body:
                    rows += 1
        except Unfit as error:
            failure = str(error)
    if not failure and bad > max_bad_share * (rows + bad):
        failure = f"{bad} of {rows + bad} rows are bad"
    return Verdict(rows, bad, failure)


class _Quarantine:
    """A file per file, made with its first bad row: `{"line", "faults": [{field, reason}], "raw"}`."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + ".part")
        self._encoding = encoding
        self._file: int | None = None

    def __enter__(self) -> "_Quarantine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._unfinished.replace(self._path)

    def write(self, bad: Bad) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # For its owner alone: this is the one place where the line itself is kept.
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            self._file = os.open(self._unfinished, flags, 0o600)
        told = {
            "line": bad.line,
            "faults": [{"field": fault.field, "reason": fault.reason} for fault in bad.faults],
            "raw": bad.raw.decode(self._encoding, "backslashreplace"),
        }
        os.write(self._file, orjson.dumps(told) + b"\n")
