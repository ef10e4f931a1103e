"""Many problems, one JSON object a line, side by side in processes that can be stopped.

A worker reads problems from its standard input and writes answers to its standard output, one line each. It
is told of one problem at a time, and ended when the time limit of that problem is over, whatever it is
doing; a new one takes its place. No answer depends on how many workers there are."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import IO, TYPE_CHECKING, Any

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.provers.inequalities.answer import Answer

if TYPE_CHECKING:
    from boundkit.provers.inequalities.problem import Problem

LONGEST_LINE = 1_000_000
MEMORY = 4 << 30
"""Bytes of address space that a worker may have."""

Told = Callable[[int, int, str], None]
Line = dict[str, Any]


def run_batch(
    lines: Iterable[str],
    jobs: int = 1,
    time_limit: float | None = None,
    told: Told | None = None,
    cached: bool = True,
) -> Iterator[Line]:
    """The answers to the problems on the lines, each as one object, as they are found.

    jobs: workers, at least 1. time_limit: seconds for one problem, or None. told: called with the number of
    answers, the number of lines read so far, and the identifier of the problem that is done. cached: whether
    proofs and refutations that were kept are asked of the kernel first, and new ones kept. Blank lines are
    skipped; a line that is no problem is answered with ERROR."""
    pool = _Pool(jobs, time_limit, cached)
    done = 0
    try:
        for answer in pool.answers(line for line in lines if line.strip()):
            done += 1
            if told is not None:
                told(done, pool.read, str(answer["id"]))
            yield answer
    finally:
        pool.close()


@contextlib.contextmanager
def lines_of(path: str) -> Iterator[Iterator[str]]:
    """The lines of a file (`-` for standard input) one after the other; of one that is too long, its
    beginning. BoundkitError (E0901) when it cannot be read."""
    with contextlib.ExitStack() as stack:
        try:
            file = (
                sys.stdin
                if path == "-"
                else stack.enter_context(open(path, encoding="utf-8", errors="replace"))
            )
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise BoundkitError(Diagnostic("E0901", "error", f"cannot read `{path}`: {reason}")) from error
        yield _bounded(file)


def _bounded(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


@dataclass
class _Worker:
    """A process, what it is working on and since when."""

    process: subprocess.Popen[bytes]
    ready: bool = False
    line: str = ""
    began: float = 0.0
    heard: bytearray = field(default_factory=bytearray)

    @property
    def output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


class _Pool:
    """The workers of one batch."""

    def __init__(self, jobs: int, time_limit: float | None, cached: bool) -> None:
        self.jobs = jobs
        self.cached = cached
        self.time_limit = time_limit
        self.read = 0
        self.workers: list[_Worker] = []
        self.selector = selectors.DefaultSelector()

    def answers(self, lines: Iterator[str]) -> Iterator[Line]:
        waiting = next(lines, None)
        while waiting is not None or any(worker.line for worker in self.workers):
            idle = [worker for worker in self.workers if worker.ready and not worker.line]
            while waiting is not None and idle:
                self.read += 1
                if len(waiting) > LONGEST_LINE:
                    yield _refused(f"a line of more than {LONGEST_LINE} characters")
                else:
                    self.give(idle.pop(), waiting)
                waiting = next(lines, None)
            if waiting is not None and len(self.workers) < self.jobs:
                self.start()
            yield from self.wait()

    def start(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "boundkit.batch", "cached" if self.cached else "afresh"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        worker = _Worker(process)
        self.workers.append(worker)
        self.selector.register(worker.output, selectors.EVENT_READ, worker)

    def give(self, worker: _Worker, line: str) -> None:
        assert worker.process.stdin is not None
        worker.line, worker.began = line, monotonic()
        with contextlib.suppress(BrokenPipeError):  # that it has ended is seen when its output is read
            worker.process.stdin.write(json.dumps(line).encode() + b"\n")
            worker.process.stdin.flush()

    def wait(self) -> Iterator[Line]:
        """What is answered until something happens: a worker speaks or ends, or a time limit is over."""
        ends = [worker.began + self.time_limit for worker in self.workers if worker.line and self.time_limit]
        patience = max(0.0, min(ends) - monotonic()) if ends else None
        for key, _ in self.selector.select(patience):
            worker: _Worker = key.data
            said = os.read(worker.output.fileno(), 1 << 16)
            worker.heard += said
            if not said:
                yield from self.ended(worker)
            elif worker.heard.endswith(b"\n"):
                yield from self.said(worker)
        for worker in list(self.workers):
            if worker.line and self.time_limit and monotonic() - worker.began >= self.time_limit:
                yield _given_up(worker, "time limit")
                self.drop(worker)

    def said(self, worker: _Worker) -> Iterator[Line]:
        text = bytes(worker.heard).decode()
        worker.heard.clear()
        if worker.ready:
            worker.line = ""
            yield json.loads(text)
        worker.ready = True

    def ended(self, worker: _Worker) -> Iterator[Line]:
        self.drop(worker)
        if worker.line:
            yield _given_up(
                worker, f"the process of the prover ended with status {worker.process.returncode}"
            )
        elif not worker.ready:
            raise RuntimeError("a worker does not start")

    def drop(self, worker: _Worker) -> None:
        self.selector.unregister(worker.output)
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.wait()
        for stream in (worker.process.stdin, worker.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def close(self) -> None:
        for worker in list(self.workers):
            self.drop(worker)
        self.selector.close()


def _given_up(worker: _Worker, reason: str) -> Line:
    answer = Answer("UNDECIDED", reason=reason, seconds=monotonic() - worker.began)
    return answer.as_json(_identifier_on(worker.line))


def _refused(reason: str) -> Line:
    return Answer("ERROR", reason=reason).as_json("")


def _identifier(data: object) -> object:
    """What the problem calls itself, as it was given; "" for what is no problem."""
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str | int | float) else ""


def _identifier_on(line: str) -> object:
    try:
        return _identifier(json.loads(line))
    except (ValueError, RecursionError):
        return ""


def answer_line(line: str, cached: bool = False) -> Line:
    """The answer to the problem on one line: an object as in `formulas.problems`, or `{"id", "problem"}` with
    a problem as in `provers.inequalities.problem`."""
    from boundkit.formulas import read_problem
    from boundkit.provers.inequalities.problem import from_json

    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as failure:
        return Answer("ERROR", reason=f"not JSON: {failure}").as_json("")
    began = monotonic()
    try:
        encoded = data.get("problem") if isinstance(data, dict) else None
        problem = read_problem(data) if encoded is None else from_json(encoded)
    except ValueError as failure:
        answer = Answer("ERROR", reason=str(failure))
    else:
        answer = _answer(problem, cached)
    return replace(answer, seconds=monotonic() - began).as_json(_identifier(data))


def _answer(problem: Problem, cached: bool) -> Answer:
    from boundkit.provers.inequalities.archive import prove_once
    from boundkit.provers.inequalities.certificate import certificate_of
    from boundkit.provers.inequalities.prove import prove

    try:
        found = prove_once(problem) if cached else prove(problem)
        return replace(found, certificate=certificate_of(problem, found))
    except MemoryError:
        return Answer("UNDECIDED", reason="memory limit")
    except RecursionError:
        return Answer("UNDECIDED", reason="the terms are nested too deep")
    except Exception as error:
        # One problem that meets a fault of the program is no reason to lose the others.
        return Answer("UNDECIDED", reason=f"internal error: {type(error).__name__}: {error}")


def work(source: IO[str], target: IO[str], cached: bool) -> None:
    """The loop of a worker: says that it is ready, then answers line by line until the input ends."""
    _bound_memory()
    import boundkit.formulas
    import boundkit.provers.inequalities.archive  # noqa: F401

    target.write("ready\n")
    target.flush()
    for line in source:
        answer = answer_line(json.loads(line), cached)
        target.write(json.dumps(answer) + "\n")
        target.flush()


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not on every system
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    own = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (own, most))


def _own_output() -> IO[str]:
    """Standard output for answers alone: whatever else a library prints goes to standard error."""
    kept = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(kept, "w", encoding="utf-8")


if __name__ == "__main__":
    work(sys.stdin, _own_output(), sys.argv[1:] == ["cached"])
