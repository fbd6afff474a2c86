# The command line of the benchmarks: chooses the benchmark, prints its ratios beside their goals, writes them as JSON.
import argparse
import json
import sys

import compile_benchmark
import http_benchmark
import migrate_benchmark
import orm_benchmark
import template_benchmark

BENCHMARKS = {"http": http_benchmark, "orm": orm_benchmark, "compile": compile_benchmark,
              "template": template_benchmark, "migrate": migrate_benchmark}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measures Retort.")
    parser.add_argument("benchmark", choices=BENCHMARKS)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each server; the median counts (5)")
    parser.add_argument("--seconds", type=float, default=2, help="length of one measurement; http divides it into turns of half a second (2)")
    parser.add_argument("--quick", action="store_true", help="short and few measurements, for a first look")
    parser.add_argument("--json", metavar="FILE", help="where the ratios are written")
    parser.add_argument("--only", metavar="ID,ID", action="append", help="measure these ids alone")
    parser.add_argument("--browser", action="store_true", help="requests with the headers of a browser")
    parser.add_argument("--peer", metavar="NAME=COMMAND", action="append", default=[],
                        help="http: a server of your own that takes part where it answers as the others do; PORT and "
                             "DATABASE in its command are replaced")
    parser.add_argument("--sizes", action="store_true", help="orm: also print what a row costs at 1k, 10k, 100k and 1M")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.seconds = min(arguments.rounds, 3), min(arguments.seconds, 0.5)
    known = [goal.id for goal in BENCHMARKS[arguments.benchmark].GOALS]
    only = [id for ids in arguments.only or [] for id in ids.split(",")]
    for wrong in set(only) - set(known):
        parser.error(f"{arguments.benchmark} has no id {wrong}; it has {', '.join(known)}")
    arguments.ids = only or known
    return arguments


def print_ratios(goals, ratios):
    print("\n| id | ratio | goal | |\n|---|---|---|---|")
    for goal in goals:
        if goal.id in ratios:
            ratio = ratios[goal.id]
            print(f"| {goal.id} | {ratio:.3g} | {goal} | {goal.verdict(ratio)} |")


def main():
    arguments = parse_arguments()
    benchmark = BENCHMARKS[arguments.benchmark]
    ratios = {id: ratio for id, ratio in benchmark.measure(arguments).items() if id in arguments.ids}
    print_ratios(benchmark.GOALS, ratios)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump([{"id": id, "ratio": round(ratio, 4)} for id, ratio in ratios.items()], file, indent=1)
            file.write("\n")
    missing = [id for id in arguments.ids if id not in ratios]
    if missing:
        sys.exit(f"error: not measured: {', '.join(missing)}")


if __name__ == "__main__":
    main()
