# What it costs to compile the one-file application, in CPU seconds and in memory, beside seven standard headers.
import json
import os
import pathlib
import shlex
import subprocess

from common import ROOT, at_most, configure, fail, median, say, spread

GOALS = [at_most("compile.quickstart", 2)]
FOLDER = ROOT / "build" / "bench-compile"
MOST_MEGABYTES = 400
HEADERS = ["string", "vector", "map", "memory", "functional", "optional", "variant"]


def prepare():
    """Configures with -O0 and compiles the precompiled header; returns the command that compiles the application."""
    configure(FOLDER, "-DCMAKE_BUILD_TYPE=", "-DCMAKE_CXX_FLAGS=-O0", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
              "-DRETORT_CCACHE=OFF")
    commands = json.loads((FOLDER / "compile_commands.json").read_text())
    ours = [entry for entry in commands if "benchmark_quickstart.dir" in entry["command"]]
    header = [entry for entry in ours if entry["file"].endswith("cmake_pch.hxx.cxx")]
    source = [entry for entry in ours if entry["file"].endswith("quickstart.cpp")]
    if len(header) != 1 or len(source) != 1:
        fail("the build does not compile quickstart.cpp with a precompiled header")
    say("== compile the precompiled header")
    for entry in (header[0], source[0]):
        command = shlex.split(entry["command"])
        output = pathlib.Path(entry["directory"], command[command.index("-o") + 1])
        output.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, cwd=entry["directory"], check=True)
    return command, entry["directory"]


def check_header_is_used(command, directory):
    """The compiler falls back silently on the slow way when a precompiled header does not fit."""
    shown = subprocess.run([*command, "-H"], cwd=directory, stderr=subprocess.PIPE, text=True, check=True).stderr
    if not any(line.startswith("! ") and ".gch" in line for line in shown.splitlines()):
        fail("the compiler does not take the precompiled header")


def cost(command, directory):
    """CPU seconds and megabytes of one run, children included."""
    process = subprocess.Popen(command, cwd=directory)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        fail(f"the compiler failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(arguments):
    command, directory = prepare()
    check_header_is_used(command, directory)
    standard = FOLDER / "standard_headers.cpp"
    standard.write_text("".join(f"#include <{name}>\n" for name in HEADERS) + "int main() {}\n")
    plain = [command[0], "-std=c++20", "-O0", "-c", str(standard), "-o", str(FOLDER / "standard_headers.o")]
    ways = {"seven standard headers": plain, "the one-file application": command}
    costs = {name: [] for name in ways}
    for name, way in list(ways.items()) * (max(5, arguments.rounds) + 1):
        costs[name].append(cost(way, directory))
    print("\n| compiled at -O0 | CPU s | least–greatest | MB |\n|---|---|---|---|")
    for name, each in costs.items():
        del each[0]  # it warmed the page cache
        seconds = [one[0] for one in each]
        print(f"| {name} | {median(seconds):.3f} | {spread(seconds)} | {max(one[1] for one in each):.0f} |")
    ours, theirs = (median(one[0] for one in costs[name]) for name in reversed(ways))
    memory = max(one[1] for one in costs["the one-file application"])
    verdict = "reached" if memory <= MOST_MEGABYTES else "**missed**"
    print(f"\ncompiler memory: {memory:.0f} MB, goal ≤ {MOST_MEGABYTES} MB: {verdict}")
    return {"compile.quickstart": ours / theirs}
