"""Where the bytes of a file go while it is fetched: counted, hashed, and never over the cap."""

import hashlib
from pathlib import Path
from types import TracebackType

from connectors.protocols.files.folder import Fetched, TooLarge
from runtime.problems import Unavailable


class Spool:
    """A file of ours, replaced. Unavailable `disk-full` when it cannot be written."""

    def __init__(self, path: Path, cap: int) -> None:
        self._path = path
        self._cap = cap
        self._size = 0
        self._digest = hashlib.sha256()

    def __enter__(self) -> "Spool":
        self._file = self._path.open("wb", buffering=0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge."""
        self._size += len(chunk)
        if self._size > self._cap:
            raise TooLarge
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise Unavailable("our own disk is full or failing", kind="disk-full") from error

    def fetched(self) -> Fetched:
        return Fetched(self._size, self._digest.hexdigest())
