# The ORM against raw sqlite3: runs the program that orm_benchmark.cpp is built into, once a round.
import json
import os
import subprocess
import tempfile

from common import at_most, build, fail, median, say, spread, two_processors

GOALS = [at_most("orm.insert", 1.35), at_most("orm.get", 1.35), at_most("orm.all", 1.25), at_most("orm.update", 1.50)]


def measure_once(program, rounds):
    """The ratios of one process, which measures both sides by turns: {id: ratio}."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        command = [program, "--json", file.name, "--rounds", str(rounds)]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if result.returncode != 0:
            fail(f"{program} ended with {result.returncode}")
        say(result.stdout)
        return {entry["id"]: entry["ratio"] for entry in json.load(file)}


def measure(arguments):
    program = build("benchmark_orm") / "benchmark_orm"
    os.sched_setaffinity(0, {two_processors()[0]})
    rounds = []
    for round in range(arguments.rounds):
        say(f"== orm: round {round + 1} of {arguments.rounds}")
        rounds.append(measure_once(program, 1 if arguments.quick else 3))
    print("\n| id | our CPU / raw sqlite3's | least–greatest |\n|---|---|---|")
    ratios = {}
    for goal in GOALS:
        values = [round[goal.id] for round in rounds if goal.id in round]
        if values:
            ratios[goal.id] = median(values)
            print(f"| {goal.id} | {median(values):.3g} | {spread(values)} |")
    return ratios
