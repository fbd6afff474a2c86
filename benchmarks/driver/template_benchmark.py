# Rendering a table of 1,000 rows: our templates against hand-written appending and against Jinja2 on CPython, by turns.
import json
import os
import random
import subprocess
import sys

from common import ROOT, at_least, at_most, build, fail, median, say, spread, two_processors

GOALS = [at_most("template.hand", 2), at_least("template.jinja", 12)]
SIDES = ["ours", "hand", "jinja"]


def command_of(side, program, seconds):
    if side == "jinja":
        return [sys.executable, str(ROOT / "benchmarks" / "peers" / "jinja_page.py"), str(seconds)]
    return [str(program), side, str(seconds)]


def measure_side(side, program, seconds):
    result = subprocess.run(command_of(side, program, seconds), stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        fail(f"{side} ended with {result.returncode}")
    return json.loads(result.stdout)


def measure(arguments):
    program = build("benchmark_template") / "benchmark_template"
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {two_processors()[0]})
    found = {side: [] for side in SIDES}
    for round in range(max(3, arguments.rounds)):
        say(f"== template: round {round + 1}")
        pages = {}
        for side in random.sample(SIDES, len(SIDES)):
            entry = measure_side(side, program, min(arguments.seconds, 1))
            found[side].append(entry["ns"])
            pages[side] = (entry["bytes"], entry["sum"])
        if len(set(pages.values())) != 1:
            fail(f"the pages differ: {pages}")
    os.sched_setaffinity(0, everywhere)
    print("\n| a page of 1,000 rows, CPU | median | least–greatest |\n|---|---|---|")
    for side in SIDES:
        print(f"| {side} | {median(found[side]) / 1e3:.4g} µs | {spread([each / 1e3 for each in found[side]])} |")
    ours = found["ours"]
    return {"template.hand": median(each / hand for each, hand in zip(ours, found["hand"])),
            "template.jinja": median(jinja / each for each, jinja in zip(ours, found["jinja"]))}
