# What the benchmarks share: goals, building into build/bench, and the median of measurements.
import os
import pathlib
import statistics
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"


@dataclass
class Goal:
    """What a ratio should be: at least `bound`, or at most; without a bound it is only printed."""

    id: str
    at_least: bool
    bound: float | None

    def verdict(self, ratio):
        if self.bound is None:
            return ""
        reached = ratio >= self.bound if self.at_least else ratio <= self.bound
        return "reached" if reached else "**missed**"

    def __str__(self):
        return "–" if self.bound is None else f"{'≥' if self.at_least else '≤'} {self.bound:g}"


def at_least(id, bound):
    return Goal(id, True, bound)


def at_most(id, bound):
    return Goal(id, False, bound)


def unjudged(id):
    return Goal(id, False, None)


def say(text):
    print(text, file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"error: {text}")


def configure(folder, *options):
    """Configures the project for benchmarks, in a folder of its own."""
    command = ["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja", "-DRETORT_BENCHMARKS=ON",
               "-DRETORT_TESTS=OFF", "-DRETORT_EXAMPLES=OFF", *options]
    run_quietly(command, "cmake could not configure the project")


def build(*targets):
    """Builds these targets as the preset `release` does; returns the folder of the programs."""
    configure(BUILD, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG", "-DRETORT_LTO=ON",
              "-DRETORT_PCH=ON")
    say(f"== build (-O2) in {BUILD.relative_to(ROOT)}: {' '.join(targets)}")
    run_quietly(["cmake", "--build", str(BUILD), "--target", *targets], "the build failed")
    return BUILD / "benchmarks"


def run_quietly(command, complaint):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        say("\n".join(result.stdout.splitlines()[-40:]))
        fail(f"{complaint}: {' '.join(command)}")


def two_processors():
    """The processors of the server and of the load."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        fail("two processors are needed: one for the server, one for the load")
    return available[0], available[1]


def spread(values):
    """Least and greatest, for a table."""
    return f"{min(values):.3g}–{max(values):.3g}"


median = statistics.median


def print_servers(title, taking_part, results):
    print(f"\n{title}\n\n| server | CPU µs | least–greatest | answers/s | p50 µs | p99 µs |")
    print("|---|---|---|---|---|---|")
    order = sorted(results, key=lambda kind: median(run["cpu_us"] for run in results[kind]))
    for kind in order:
        runs = results[kind]
        cpu = [run["cpu_us"] for run in runs]
        cells = [taking_part[kind].name, f"{median(cpu):.3g}", spread(cpu)]
        cells += [f"{median(run[key] for run in runs):.0f}" for key in ("per_second", "p50_us", "p99_us")]
        print("| " + " | ".join(cells) + " |")
    sys.stdout.flush()
