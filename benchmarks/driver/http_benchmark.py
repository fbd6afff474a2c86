# The server's CPU time a response, against the limit of the machine and against peers, all in one interleaved run.
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time

import servers
import template_benchmark
from common import BUILD, at_least, at_most, build, fail, median, say, spread, two_processors

GOALS = [at_least("http.plain", 0.90), at_least("http.json", 0.90), at_least("http.pipelined", 0.70),
         at_least("http.row", 0.70), at_least("http.row_flask", 100), at_least("http.queries20_flask", 150),
         at_most("http.joined20", 2.8), at_most("http.selectin20", 2.8), at_most("http.batch20", 2.8),
         at_least("http.durable", 5), at_most("http.idle_bytes", 512), at_least("http.template", 12)]

# What is asked: path, requests at once, which kinds of servers know it, and the ids that come of it: (id, peer).
TESTS = {
    "plain": ("/plain", 1, ["beast", "httplib", "h2o", "flask"], [("http.plain", "limit")]),
    "json": ("/json", 1, ["beast", "httplib", "flask"], [("http.json", "limit")]),
    "pipelined ×16": ("/plain", 16, ["beast", "h2o"], [("http.pipelined", "limit")]),
    "row": ("/row/{}", 1, ["beast", "httplib", "flask"], [("http.row", "limit"), ("http.row_flask", "flask")]),
    "20 queries": ("/queries", 1, ["beast", "httplib", "flask"], [("http.queries20_flask", "flask")]),
    # Two objects and their twenty related ones.
    "20 joined": ("/joined", 1, [], [("http.joined20", "limit")]),
    "20 selectin": ("/selectin", 1, [], [("http.selectin20", "limit")]),
    "20 batch": ("/batch", 1, [], [("http.batch20", "limit")]),
}
COST_RATIOS = ["http.joined20", "http.selectin20", "http.batch20"]  # our CPU ÷ the other's, the others the reverse
CONNECTIONS = 64
IDLE_CONNECTIONS = 10_000


class Http:
    def __init__(self, arguments):
        self.arguments = arguments
        self.programs = build("benchmark_load", "benchmark_limit", "benchmark_http_app", "benchmark_inline_insert",
                              "benchmark_beast", "benchmark_httplib")
        self.server_processor, self.load_processor = two_processors()
        os.sched_setaffinity(0, {self.load_processor})
        servers.raise_descriptor_limit()
        self.data = BUILD / "data"
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)

    def load_command(self, server, path, *options):
        command = ["taskset", "-c", str(self.load_processor), str(self.programs / "benchmark_load"),
                   "-t", str(self.arguments.seconds), *map(str, options)]
        for process in server.processes():
            command += ["-P", str(process)]
        if self.arguments.browser:
            command.append("-H")
        return [*command, str(server.port), path]

    def load(self, server, path, *options):
        command = self.load_command(server, path, *options)
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=self.arguments.seconds + 60)
        if result.returncode != 0 and server.name in servers.PEER_NAMES:
            say(f"warning: {server.name} did not answer {path} as it should; the round is left out for it")
            return None
        if result.returncode != 0:
            fail(f"{server.name} did not answer {path} as it should: {result.stdout}")
        return json.loads(result.stdout)

    # --- rows -------------------------------------------------------------------------------------------------------

    def fill(self, name):
        """A database for a peer: the same 10,000 rows as the application's own command `fill` makes."""
        path = self.data / name
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE world (id INTEGER NOT NULL PRIMARY KEY, random_number INTEGER NOT NULL)")
            database.executemany("INSERT INTO world VALUES (?, ?)",
                                 ((id, 10000 + id * 7919 % 90000) for id in range(1, 10001)))
        return path

    def fill_ours(self, name):
        path = self.data / name
        subprocess.run([self.programs / "benchmark_http_app", "fill"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "RETORT_SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"})
        return path

    def peer(self, kind, database):
        processor = self.server_processor
        return {"beast": lambda: servers.beast(self.programs, processor, database),
                "httplib": lambda: servers.httplib(self.programs, processor, database),
                "h2o": lambda: servers.h2o(processor, self.data),
                "flask": lambda: servers.flask(processor, database)}[kind]()

    # --- CPU a response ---------------------------------------------------------------------------------------------

    def measure_tests(self):
        wanted = {name: test for name, test in TESTS.items()
                  if any(id in self.arguments.ids for id, _ in test[3])}
        if not wanted:
            return {}
        ratios = {}
        raw = self.fill("peers.db")
        with contextlib.ExitStack() as stack:
            running = {"retort": stack.enter_context(
                servers.retort(self.programs, self.server_processor, self.fill_ours("retort.db")))}
            for kind in sorted({kind for test in wanted.values() for kind in test[2]}):
                running[kind] = stack.enter_context(self.peer(kind, raw))
            for name, test in wanted.items():
                ratios |= self.measure_test(name, test, running)
        return ratios

    def measure_test(self, name, test, running):
        path, depth, kinds, ids = test
        taking_part = {"retort": running["retort"]} | {kind: running[kind] for kind in kinds}
        size, _ = running["retort"].probe(path.replace("{}", "1234"))
        with servers.limit(self.programs, self.server_processor, size) as limit:
            taking_part["limit"] = limit
            lengths = check_answers(path, taking_part)
            results = {kind: [] for kind in taking_part}
            for round in range(self.arguments.rounds):
                say(f"== {name}: round {round + 1} of {self.arguments.rounds}")
                for kind in random.sample(list(taking_part), len(taking_part)):
                    options = ["-c", CONNECTIONS, "-d", depth, "-l", lengths[kind]]
                    results[kind].append(self.load(taking_part[kind], path, *options))
        results = {kind: [run for run in runs if run] for kind, runs in results.items()}
        results = {kind: runs for kind, runs in results.items() if runs}
        print_servers(f"{name}: {size} bytes an answer", taking_part, results)
        cpu = {kind: median(run["cpu_us"] for run in runs) for kind, runs in results.items()}
        return {id: cpu["retort"] / cpu[peer] if id in COST_RATIOS else cpu[peer] / cpu["retort"]
                for id, peer in ids if peer in cpu}

    # --- durable inserts --------------------------------------------------------------------------------------------

    def measure_durable(self):
        print(f"\nfsync of 4 KiB appended to a file in {self.data}: {fsync_microseconds(self.data):.0f} µs (median)")
        ours, inline = self.fill_ours("durable.db"), self.data / "inline.db"
        results = {"retort": [], "inline": []}
        with servers.retort(self.programs, self.server_processor, ours) as retort, \
                servers.inline_insert(self.programs, self.server_processor, inline) as other:
            taking_part = {"retort": retort, "inline": other}
            for round in range(self.arguments.rounds):
                say(f"== durable inserts: round {round + 1} of {self.arguments.rounds}")
                for kind in random.sample(list(taking_part), 2):
                    results[kind].append(self.load(taking_part[kind], "/insert", "-c", CONNECTIONS, "-m", "POST",
                                                   "-s", 201))
        print_servers("durable inserts, one a request, synchronous = FULL", taking_part, results)
        for kind, path in (("retort", ours), ("inline", inline)):
            check_inserts(path, sum(run["all_answers"] for run in results[kind]))
        speed = {kind: median(run["per_second"] for run in runs) for kind, runs in results.items()}
        return {"http.durable": speed["retort"] / speed["inline"]}

    # --- idle connections -------------------------------------------------------------------------------------------

    def measure_idle(self):
        database = self.fill_ours("idle.db")
        growth = []
        for round in range(min(3, self.arguments.rounds)):
            say(f"== idle connections: round {round + 1} of {min(3, self.arguments.rounds)}")
            with servers.retort(self.programs, self.server_processor, database) as server:
                self.load(server, "/plain", "-c", CONNECTIONS)
                time.sleep(0.5)
                before = server.resident_bytes()
                growth.append(self.idle_growth(server, before) / IDLE_CONNECTIONS)
        print(f"\n{IDLE_CONNECTIONS} idle connections, bytes of resident memory each: "
              f"{median(growth):.0f} ({spread(growth)})")
        return {"http.idle_bytes": median(growth)}

    def idle_growth(self, server, before):
        command = self.load_command(server, "/plain", "-c", IDLE_CONNECTIONS, "-i")
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
            if load.stdout.readline().strip() != "ready":
                fail("the idle connections could not be opened")
            time.sleep(1)
            after = server.resident_bytes()
            load.stdin.close()
            if load.wait() != 0:
                fail("the server did not keep the idle connections")
        return after - before


def check_answers(path, taking_part):
    """That all servers say the same; returns the length of each one's body."""
    lengths, bodies = {}, {}
    for kind, server in taking_part.items():
        _, body = server.probe(path.replace("{}", "1234"))
        lengths[kind] = len(body)
        if kind != "limit":
            bodies[kind] = body.decode()
    if path == "/queries":
        bodies = {kind: len(json.loads(body)) for kind, body in bodies.items()}
    elif path != "/plain":
        bodies = {kind: json.loads(body) for kind, body in bodies.items()}
    for kind, body in bodies.items():
        if body != bodies["retort"]:
            fail(f"{taking_part[kind].name} answers {path} with {body}, Retort with {bodies['retort']}")
    return lengths


def check_inserts(path, acknowledged):
    with contextlib.closing(sqlite3.connect(path)) as database:
        stored = database.execute("SELECT count(*) FROM entry").fetchone()[0]
    if stored < acknowledged:
        fail(f"{path} holds {stored} of {acknowledged} acknowledged inserts")


def fsync_microseconds(folder):
    times = []
    path = folder / "fsync"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(200):
        begun = time.monotonic()
        os.write(file, bytes(4096))
        os.fdatasync(file)
        times.append((time.monotonic() - begun) * 1e6)
    os.close(file)
    path.unlink()
    if median(times) < 20:
        say(f"warning: fsync in {folder} is not real, so http.durable means nothing here")
    return median(times)


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


def measure(arguments):
    ratios = {}
    if "http.template" in arguments.ids:
        ratios["http.template"] = template_benchmark.measure(arguments)["template.jinja"]
        if arguments.ids == ["http.template"]:
            return ratios
    run = Http(arguments)
    ratios |= run.measure_tests()
    if "http.durable" in arguments.ids:
        ratios |= run.measure_durable()
    if "http.idle_bytes" in arguments.ids:
        ratios |= run.measure_idle()
    return ratios
