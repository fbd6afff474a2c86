# The ORM against raw sqlite3: runs the program that orm_benchmark.cpp is built into, each part by turns.
import json
import os
import subprocess
import tempfile

from common import BUILD, at_most, build, fail, median, say, spread, two_processors, unjudged

WORK = ["insert", "get", "select_one", "rows", "all", "flush_unchanged", "flush_read", "update"]
GOALS = [at_most("orm.insert", 1.20), at_most("orm.get", 1.20), at_most("orm.select_one", 1.35),
         at_most("orm.all", 1.15), at_most("orm.rows", 1.05), at_most("orm.update", 1.30),
         at_most("orm.flush_unchanged", 0.02), at_most("orm.flush_read", 0.20), at_most("orm.joined", 1.2),
         at_most("orm.selectin", 1.2), at_most("orm.subquery", 1.2), at_most("orm.batch", 1.2),
         at_most("orm.memory", 1.6), unjudged("orm.memory_handles"), *(unjudged(f"orm.file.{work}") for work in WORK)]

# Each part is a process of its own: what it measures, and its rows.
PARTS = {"people": ([f"orm.{work}" for work in WORK], 100_000),
         "file": ([f"orm.file.{work}" for work in WORK], 100_000),
         "loading": (["orm.joined", "orm.selectin", "orm.subquery", "orm.batch"], 10_000),
         "memory": (["orm.memory", "orm.memory_handles"], 100_000)}
SIZES = [1_000, 10_000, 100_000, 1_000_000]


def measure_once(program, part, rows, rounds):
    """What one process has measured, which lets both sides take turns: {id: {raw, ours, ratios}}."""
    folder = BUILD / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        command = [program, "--part", part, "--rows", rows, "--rounds", rounds, "--folder", folder, "--json", file.name]
        result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        if result.returncode != 0:
            fail(f"{program} ended with {result.returncode}")
        say(result.stdout)
        return {entry["id"]: entry for entry in json.load(file)}


def wanted_parts(arguments):
    return [part for part, (ids, _) in PARTS.items() if any(id in arguments.ids for id in ids)]


def measure_ratios(arguments, program):
    """At least nine rounds of each part, spread over several processes: {id: [entry of a process]}."""
    found = {}
    for round in range(arguments.rounds if arguments.quick else max(3, arguments.rounds)):
        for part in wanted_parts(arguments):
            say(f"== orm: {part}, round {round + 1}")
            for id, entry in measure_once(program, part, PARTS[part][1], 1 if arguments.quick else 3).items():
                found.setdefault(id, []).append(entry)
    return found


def print_sizes(arguments, program):
    """What a row costs us at each size, and its ratio to raw sqlite3: neither may grow."""
    parts = [part for part in wanted_parts(arguments) if part in ("people", "loading")]
    table = {}
    for rows in SIZES:
        for part in parts:
            rounds = 3 if rows >= 1_000_000 else 9
            say(f"== orm: {part} of {rows} rows")
            for id, entry in measure_once(program, part, rows, rounds).items():
                table.setdefault(id, []).append(f"{entry['ours'] / rows * 1e9:.4g} ({median(entry['ratios']):.3g})")
    print("\n| ns a row (ratio to raw sqlite3's) | " + " | ".join(f"{rows:,} rows" for rows in SIZES) + " |")
    print("|---" * (len(SIZES) + 1) + "|")
    for id, cells in table.items():
        print(f"| {id} | " + " | ".join(cells) + " |")


def measure(arguments):
    program = build("benchmark_orm") / "benchmark_orm"
    os.sched_setaffinity(0, {two_processors()[0]})
    found = measure_ratios(arguments, program)
    print("\n| id | raw sqlite3 | ours | ours / raw | least–greatest | rounds |\n|---|---|---|---|---|---|")
    ratios = {}
    for id, entries in found.items():
        values = [ratio for entry in entries for ratio in entry["ratios"]]
        ratios[id] = median(values)
        sides = [median(entry[side] for entry in entries) for side in ("raw", "ours")]
        shown = [f"{side / 1e6:.2f} MB" if "memory" in id else f"{side * 1e3:.3g} ms" for side in sides]
        print(f"| {id} | {shown[0]} | {shown[1]} | {ratios[id]:.3g} | {spread(values)} | {len(values)} |")
    if arguments.sizes:
        print_sizes(arguments, program)
    return ratios
