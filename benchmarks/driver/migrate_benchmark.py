# Migrations against a bare INSERT … SELECT and against Alembic, by turns.
import pathlib
import subprocess

from common import BUILD, at_least, at_most, build, fail, median, say, spread

GOALS = [at_most("migrate.rebuild", 1.15), at_least("migrate.upgrade", 20), at_least("migrate.autogenerate", 20)]
PEER = pathlib.Path(__file__).resolve().parents[1] / "peers" / "alembic_peer.py"


def run(*command):
    """`name seconds` lines as a dictionary."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if result.returncode != 0:
        fail(f"{command[0]} ended with {result.returncode}")
    return {line.split()[0]: float(line.split()[1]) for line in result.stdout.splitlines()}


def measure(arguments):
    program = build("benchmark_migrate") / "benchmark_migrate"
    folder = BUILD / "data"
    folder.mkdir(parents=True, exist_ok=True)
    found = {goal.id: [] for goal in GOALS}
    for round in range(arguments.rounds):
        say(f"== migrate: round {round + 1}")
        ours = run(program, folder, 100_000 if arguments.quick else 1_000_000)
        theirs = run("/usr/bin/python3", PEER, folder)
        found["migrate.rebuild"].append(ours["rebuild"] / ours["copy"])
        found["migrate.upgrade"].append(theirs["revisions"] / ours["revisions"])
        found["migrate.autogenerate"].append(theirs["autogenerate"] / ours["autogenerate"])
        say(f"   ours {ours}, Alembic {theirs}")
    for id, values in found.items():
        print(f"{id}: {median(values):.3g} ({spread(values)})")
    return {id: median(values) for id, values in found.items()}
