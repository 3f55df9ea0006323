"""Benchmark: contenders that do the same work in turn, each in a process of its own, and how they compare."""

import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """One step of one contender in one round. cpu: seconds that its process computed, and its database server.

    p99: how long all but one in a hundred of those who asked waited at most, in seconds; None where nobody waits.
    reads: pages that each question read from files, where that is what was counted, and no time.
    """

    rows: int
    seconds: float
    cpu: float
    p99: float | None = None
    reads: float | None = None

    @property
    def speed(self) -> float:
        """Rows per second of the clock on the wall."""
        return self.rows / self.seconds

    @property
    def cpu_speed(self) -> float:
        """Rows per computed second."""
        return self.rows / self.cpu


@dataclass(slots=True)
class Stopwatch:
    """Takes the time of named steps, each over so many rows.

    peak: the most memory that was needed, in bytes; what this process needed, where nobody says otherwise.
    """

    rows: int
    samples: dict[str, Sample] = field(default_factory=dict)
    peak: int | None = None

    @contextmanager
    def step(self, name: str, elsewhere: Callable[[], float] = lambda: 0.0) -> Iterator[None]:
        """The time of the block, as that step. elsewhere: tells what others have computed for it, in seconds."""
        wall, cpu = time.perf_counter(), time.process_time() + elsewhere()
        yield
        self.samples[name] = Sample(self.rows, time.perf_counter() - wall, time.process_time() + elsewhere() - cpu)


Work = Callable[[Path, Stopwatch], None]
"""What a contender does in the folder that was prepared, in a process of its own: take the time of its steps."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times as fast one step is as another, in rows per second; or another measure of both.

    theirs: None: ours alone counts, as it is. goal: at least, or for the measures of which less is better at most;
    None: nobody set one. others: further steps of which, as of theirs, the best counts. measure: speed, p99, peak or
    reads.
    """

    text: str
    ours: tuple[str, str]
    theirs: tuple[str, str] | None = None
    goal: float | None = None
    others: Sequence[tuple[str, str]] = ()
    measure: str = "speed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A question about speed and memory.

    name: for the command line; title: for people; prepare: writes lists of so many rows into a folder; contenders: who
    reads them there, ours first; rows: how many there are at scale 1; unit: what is counted; size: what rows are;
    small: whether ours works on a tenth of the rows, too.
    """

    name: str
    title: str
    prepare: Callable[[Path, int], None]
    contenders: Mapping[str, Work]
    comparisons: Sequence[Comparison]
    rows: int = 1_000_000
    unit: str = "rows"
    size: str = "rows"
    small: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What one contender did in one round. peak: the most memory its process ever had, in bytes."""

    samples: Mapping[str, Sample]
    peak: int


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark's rounds. runs: by contender, a run for each round; small: ours on a tenth of the rows, if wanted."""

    benchmark: Benchmark
    rows: int
    runs: Mapping[str, Sequence[Run]]
    small: Run | None

    def speeds(self) -> Iterator[tuple[str, str, float]]:
        """Contender, step and the median of its rows per second."""
        for contender, runs in self.runs.items():
            for step in runs[0].samples:
                yield contender, step, median(run.samples[step].speed for run in runs)

    def ratio(self, comparison: Comparison) -> float:
        """The median of the ratios, each of one round: what slows the machine down for a while slows both."""
        measures: dict[str, Callable[[Run, str], float]] = {
            "speed": lambda run, step: run.samples[step].speed,
            "p99": lambda run, step: run.samples[step].p99 or 0.0,
            "peak": lambda run, _: float(run.peak),
            "reads": lambda run, step: run.samples[step].reads or 0.0,
        }
        return self._ratio(comparison, measures[comparison.measure])

    def cpu_ratio(self, comparison: Comparison) -> float | None:
        """The same in computed seconds, which other programs on the machine disturb less; None where there is none."""
        if comparison.measure != "speed":
            return None
        return self._ratio(comparison, lambda run, step: run.samples[step].cpu_speed)

    def _ratio(self, comparison: Comparison, measure: Callable[[Run, str], float]) -> float:
        us, our_step = comparison.ours
        best = max if comparison.measure == "speed" else min
        rounds = range(len(self.runs[us]))
        if comparison.theirs is None:
            return median(measure(self.runs[us][round_], our_step) for round_ in rounds)
        steps = (comparison.theirs, *comparison.others)
        return median(
            measure(self.runs[us][round_], our_step)
            / best(measure(self.runs[them][round_], step) for them, step in steps)
            for round_ in rounds
        )

    def peak(self, contender: str) -> int:
        """The most memory its process had in any round, in bytes."""
        return max(run.peak for run in self.runs[contender])


def run_benchmark(benchmark: Benchmark, *, scale: float = 1.0, rounds: int = 3) -> Result:
    """Let every contender work in every round, one after the other."""
    rows = max(int(benchmark.rows * scale), 10)
    runs: dict[str, list[Run]] = {name: [] for name in benchmark.contenders}
    ours = next(iter(benchmark.contenders.values()))
    with TemporaryDirectory(prefix="coprra-bench-") as name:
        few, many = Path(name, "few"), Path(name, "many")
        small = None
        if benchmark.small:
            few.mkdir()
            _alone(benchmark.prepare, few, rows // 10)
            small = _alone(_run, ours, few, rows // 10)
        many.mkdir()
        _alone(benchmark.prepare, many, rows)
        for _ in range(rounds):
            for contender, work in benchmark.contenders.items():
                runs[contender].append(_alone(_run, work, many, rows))
    return Result(benchmark, rows, runs, small)


def _alone(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Call it in a new process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def _run(work: Work, folder: Path, rows: int) -> Run:
    watch = Stopwatch(rows)
    work(folder, watch)
    return Run(watch.samples, watch.peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
