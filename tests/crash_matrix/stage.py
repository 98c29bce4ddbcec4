"""A sandbox and a warm platform; each case is played on it by processes forked from this one."""

import gc
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import orjson

from runtime.serving.platform import Platform
from sandbox.launch import launch
from tests.crash_matrix.books import Books
from tests.crash_matrix.cases import Case
from tests.crash_matrix.control import Controls
from tests.crash_matrix.engines import ENGINES, EngineUnderTest
from tests.crash_matrix.flows import FLOWS
from tests.crash_matrix.flows.asking import Scenario
from tests.crash_matrix.kills import InCall
from tests.crash_matrix.lives import LOG, Lives
from tests.crash_matrix.outcome import Outcome
from tests.crash_matrix.sabotage import Wrap, unbroken
from tests.crash_matrix.told import NAME, PREPARED, Told
from tests.crash_matrix.variants import HELD_BACK, VARIANTS
from tests.crash_matrix.warm import Warm

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own in it
"""A kill takes nothing from a file, on a disk or not: only a power cut would."""

END_OF_LOG = 4000
TRIES = 20


class Stage:
    """`with Stage() as stage: stage.play(case)`. It has neither threads nor an event loop."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._engines: dict[str, tuple[EngineUnderTest, Platform]] = {}
        self._prepared: dict[tuple[str, ...], Path] = {}

    def __enter__(self) -> Self:
        place = tempfile.TemporaryDirectory(prefix="crash-matrix-", dir=MEMORY)
        self.folder = Path(self._stack.enter_context(place))
        sandbox = self._stack.enter_context(launch(self.folder / "sandbox"))
        self._controls = Controls(sandbox.urls)
        self._controls.save("seed")
        self._seed = self._controls.states()
        os.chdir(self.folder)  # its processes have a data directory each, below where they run
        self._stack.callback(os.chdir, "/")
        self._warm = Warm(self.folder, sandbox.urls)
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def play(self, case: Case, wrap: Wrap = unbroken) -> Outcome:
        """Through all kills, then once more without; and what the books say then."""
        began = time.perf_counter()
        folder = self._laid(case)
        hits, faults = 0, []
        try:
            hits = self._lives(case, folder, wrap).all(_scenario(case).asks)
        except (RuntimeError, TimeoutError) as error:
            faults = [str(error)]
        told = Told(folder)
        ending, found = self._judged(case, told)
        found = [*faults, *found]
        log = (folder / LOG).read_text()[-END_OF_LOG:] if found else ""
        ms = round((time.perf_counter() - began) * 1000, 1)
        calls = self._controls.calls()
        limit = FLOWS[case.flow].limit(case.variant, case.call, found)
        return Outcome(str(case), hits, ending, found, told.writes, calls, ms, log, limit)

    def _judged(self, case: Case, told: Told) -> tuple[str | None, list[str]]:
        """How the run ended, and what must not be."""
        tested = FLOWS[case.flow]
        endings = [status for _, flow, status in told.runs or () if flow == tested.flow]
        ending = endings[0] if endings else None
        books = Books(self._seed, self._controls.states())
        found = [*told.differing, *_unended(told), *tested.judge(books, ending)]
        if len(endings) > 1:
            found.append(f"{len(endings)} runs of {tested.flow}")
        return ending, found

    def _laid(self, case: Case) -> Path:
        """Where its processes run, as it was before anybody asked."""
        kept, folder = self._prepare(case), self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / PREPARED).write_bytes((kept / PREPARED).read_bytes())
        self._engine(case)[0].lay(kept, folder)
        self._controls.restore(kept.name)
        for backend, order in _faults(case):
            self._controls.ask(backend, "POST", "faults", order)
        return folder

    def _prepare(self, case: Case) -> Path:
        """Where the journal of a scenario begins; so is the snapshot called that it goes with."""
        of = (case.engine, case.flow, case.scenario)
        if of not in self._prepared:
            empty, kept = self._empty(case), self._new(of)
            answers = self._answers_before(case, empty, kept)
            (kept / PREPARED).write_bytes(orjson.dumps(answers))
            self._engine(case)[0].keep(kept)
            self._controls.save(kept.name)
        return self._prepared[of]

    def _empty(self, case: Case) -> Path:
        """What an engine has written down before any flow."""
        of = (case.engine,)
        if of not in self._prepared:
            kept = self._new(of)
            self._lives(case, kept).one([])
            self._engine(case)[0].keep(kept)
        return self._prepared[of]

    def _new(self, of: tuple[str, ...]) -> Path:
        kept = self._prepared[of] = self.folder / f"prepared-{len(self._prepared)}"
        kept.mkdir()
        return kept

    def _answers_before(self, case: Case, empty: Path, kept: Path) -> list[Any]:
        """To what was asked in peace; on a busy machine that may take more than one try."""
        peace = replace(case, variant="normal", kills=())
        for _ in range(TRIES):
            self._engine(case)[0].lay(empty, kept)
            self._controls.restore("seed")
            for backend, noun, order in _scenario(case).controls:
                self._controls.ask(backend, "POST", noun, order)
            self._lives(peace, kept).one(_scenario(case).prepare)
            told = Told(kept)
            (kept / NAME).unlink(missing_ok=True)
            if all(status < 300 for status, _ in told.answers.values()) and not _unended(told):
                return [body for _, (_, body) in sorted(told.answers.items())]
        raise RuntimeError(f"what goes before {case} could not be done")

    def _lives(self, case: Case, folder: Path, wrap: Wrap = unbroken) -> Lives:
        engine, platform = self._engine(case)
        return Lives(case, folder, platform, engine, self._warm.tokens, self._controls, wrap)

    def _engine(self, case: Case) -> tuple[EngineUnderTest, Platform]:
        if case.engine not in self._engines:
            engine = ENGINES[case.engine](self._stack)
            self._engines[case.engine] = engine, self._warm.platform(engine.overlay)
            gc.collect()
            gc.freeze()  # lest each fork copies what the collector would touch
        return self._engines[case.engine]


def _scenario(case: Case) -> Scenario:
    return FLOWS[case.flow].scenarios[case.scenario]


def _faults(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """What to order of which backend."""
    variant = VARIANTS[case.variant]
    orders = [variant.order(case.call)] if variant.kind else []
    if not variant.kind:
        calls = [kill.operation for kill in case.kills if isinstance(kill, InCall)]
        orders += [HELD_BACK.order(call) for call in calls]
    for fault in _scenario(case).faults:
        backend, operation = fault.call.split(".")
        order = {"operation": operation, "kind": fault.kind, "times": fault.times}
        orders.append((backend, order))
    return orders


def _unended(told: Told) -> list[str]:
    """A run is either done or undone."""
    if told.runs is None:
        return ["no life came to its end"]
    return [
        f"{flow} {run} is {status}"
        for run, flow, status in told.runs
        if status not in {"completed", "failed"}
    ]
