# The server's CPU time a response, against the limit of the machine and against peers, all in one interleaved run.
import contextlib
import http.client
import json
import os
import random
import shutil
import sqlite3
import subprocess

import http_beside
import servers
import template_benchmark
from common import BUILD, build, fail, median, print_servers, say, two_processors
from http_tests import COST_RATIOS, FILES, GOALS, TESTS

# Seconds that a server has before the next one's turn: the speed of a host drifts from one second to the next.
TURN = 0.5
FORTUNES = ["fortune: No such file or directory",
            "A computer scientist is someone who fixes things that aren't broken.",
            "After enough decimal places, nobody gives a damn.",
            "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
            "A computer program does what you tell it to do, not what you want it to do.",
            "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
            "Any program that runs right is obsolete.",
            "A list is only as strong as its weakest link. — Donald Knuth", "Feature: A bug with seniority.",
            "Computers make very fast, very accurate mistakes.",
            '<script>alert("This should not be displayed in a browser alert box.");</script>',
            "フレームワークのベンチマーク"]


class Http:
    def __init__(self, arguments):
        self.arguments = arguments
        self.programs = build("benchmark_load", "benchmark_limit", "benchmark_http_app", "benchmark_inline_insert",
                              "benchmark_count_allocations", "benchmark_notes", "benchmark_floor", "benchmark_beast", "benchmark_httplib")
        self.server_processor, self.load_processor = two_processors()
        os.sched_setaffinity(0, {self.load_processor})
        servers.raise_descriptor_limit()
        self.data = BUILD / "data"
        shutil.rmtree(self.data, ignore_errors=True)
        self.files = self.data / "files" / "static"
        self.files.mkdir(parents=True)
        (self.files.parent / "plain").write_text("Hello, World!")
        for name, size in FILES.items():
            (self.files / name).write_bytes(random.randbytes(size))

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
        if result.returncode != 0 and server.is_peer:
            say(f"warning: {server.name} did not answer {path} as it should; the round is left out for it")
            return None
        if result.returncode != 0:
            fail(f"{server.name} did not answer {path} as it should: {result.stdout}")
        return json.loads(result.stdout)

    # --- rows and servers -------------------------------------------------------------------------------------------

    def fill(self, name):
        """A database for a peer: the same rows as the application's own command `fill` makes."""
        path = self.data / name
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE world (id INTEGER NOT NULL PRIMARY KEY, random_number INTEGER NOT NULL)")
            database.executemany("INSERT INTO world VALUES (?, ?)",
                                 ((id, 10000 + id * 7919 % 90000) for id in range(1, 10001)))
            database.execute("CREATE TABLE author (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL)")
            database.executemany("INSERT INTO author VALUES (?, ?)", ((id, f"author {id}") for id in range(1000, 2000)))
            database.execute("CREATE TABLE book (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80) NOT NULL, "
                             "author_id INTEGER NOT NULL)")
            database.executemany("INSERT INTO book VALUES (?, ?, ?)",
                                 ((id, f"the book {id}", id // 10) for id in range(10000, 20000)))
            database.execute("CREATE INDEX ix_book_author_id ON book (author_id)")
            database.execute("CREATE TABLE fortune (id INTEGER NOT NULL PRIMARY KEY, message VARCHAR(200) NOT NULL)")
            database.executemany("INSERT INTO fortune (message) VALUES (?)", ((each,) for each in FORTUNES))
        return path

    def fill_ours(self, name):
        path = self.data / name
        subprocess.run([self.programs / "benchmark_http_app", "fill"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "RETORT_SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"})
        return path

    def retort(self, database, **environment):
        return servers.retort(self.programs, self.server_processor, database, self.files, environment)

    def peer(self, kind, database):
        processor, folder = self.server_processor, self.files.parent
        # The floor has its database for itself.
        return {"floor": lambda: servers.floor(self.programs, processor, shutil.copy(database, self.data / "floor.db")),
                "beast": lambda: servers.beast(self.programs, processor, database, self.files),
                "httplib": lambda: servers.httplib(self.programs, processor, database, self.files),
                "h2o": lambda: servers.h2o(processor, self.data, folder),
                "nginx": lambda: servers.nginx(processor, self.data, folder),
                "flask": lambda: servers.flask(processor, database, self.files),
                "flask_pool": lambda: servers.flask(processor, database, self.files, pool=True)}[kind]()

    # --- CPU a response ---------------------------------------------------------------------------------------------

    def measure_tests(self):
        wanted = {name: test for name, test in TESTS.items() if any(id in self.arguments.ids for id in test.ids)}
        if not wanted:
            return {}
        ratios = {}
        raw = self.fill("peers.db")
        kinds = {kind for test in wanted.values() for kind in test.peers}
        if shutil.which("nginx") is None:
            kinds.discard("nginx")
        with contextlib.ExitStack() as stack:
            running = {"retort": stack.enter_context(self.retort(self.fill_ours("retort.db")))}
            for kind in sorted(kinds):
                running[kind] = stack.enter_context(self.peer(kind, raw))
            for number, text in enumerate(self.arguments.peer):
                database = self.fill(f"guest{number}.db")
                running[f"guest {number}"] = stack.enter_context(servers.guest(text, self.server_processor, database))
            for name, test in wanted.items():
                ratios |= self.measure_test(name, test, running)
        return ratios

    def measure_test(self, name, test, running):
        taking_part = {kind: running[kind] for kind in ["retort", *test.peers] if kind in running}
        lengths, size = check_answers(test, taking_part)
        for kind, guest in running.items():
            if kind.startswith("guest ") and (length := length_if_same(test, running["retort"], guest)):
                taking_part[kind], lengths[kind] = guest, length
        with contextlib.ExitStack() as stack:
            if test.limit:
                taking_part["limit"] = stack.enter_context(servers.limit(self.programs, self.server_processor, size))
            results = {kind: [] for kind in taking_part}
            turns = max(1, round(self.arguments.seconds / TURN))
            rounds = self.arguments.rounds * turns
            for number in range(rounds):
                say(f"== {name}: round {number + 1} of {rounds}")
                for kind in random.sample(list(taking_part), len(taking_part)):
                    options = self.options_of(test) + (["-l", lengths[kind]] if kind in lengths else [])
                    options += ["-t", self.arguments.seconds / turns]
                    with taking_part[kind].turn():
                        results[kind].append(self.load(taking_part[kind], test.path, *options))
        results = {kind: [run for run in runs if run] for kind, runs in results.items()}
        results = {kind: runs for kind, runs in results.items() if runs}
        print_servers(f"{name}: {size} bytes an answer", taking_part, results)
        return ratios_of(test, {kind: median(run["cpu_us"] for run in runs) for kind, runs in results.items()})

    def options_of(self, test):
        options = ["-c", test.connections, "-d", test.depth]
        if test.browser:
            options.append("-H")
        if test.body is not None:
            file = self.data / "body"
            file.write_bytes(test.body)
            options += ["-m", test.method, "-b", file, "-T", test.type]
        return options


def ratios_of(test, cpu):
    others = [each for kind, each in cpu.items()
              if kind not in ("retort", "limit") and not kind.startswith("guest ")]
    best = {"best": min(others)} if others else {}
    return {id: cpu["retort"] / (cpu | best)[peer] if id in COST_RATIOS else (cpu | best)[peer] / cpu["retort"]
            for id, peer in test.ids.items() if peer in cpu | best}


def answer_of(test, server):
    """One answer's size, body, and what of it must be the same everywhere."""
    size, body = server.probe(test.path.replace("{}", "1234"), test.method, test.body, test.type)
    same = {"text": lambda: body, "json": lambda: json.loads(body), "length": lambda: len(json.loads(body))}
    return size, body, same[test.same]()


def check_answers(test, taking_part):
    """That all servers say the same; returns the length of each one's body, and the whole size of our answer."""
    answers = {kind: answer_of(test, server) for kind, server in taking_part.items()}
    size, _, ours = answers["retort"]
    for kind, (_, _, said) in answers.items():
        if said != ours:
            fail(f"{taking_part[kind].name} answers {test.path} with {said!r:.2000}, Retort with {ours!r:.2000}")
    return {kind: len(body) for kind, (_, body, _) in answers.items()}, size


def length_if_same(test, retort, guest):
    """The length of a guest's body; None where it says something else, or nothing."""
    try:
        with guest.turn():
            _, body, said = answer_of(test, guest)
    except (SystemExit, OSError, ValueError, http.client.HTTPException) as problem:
        say(f"{guest.name} takes no part in {test.path}: {problem}")
        return None
    if said == answer_of(test, retort)[2]:
        return len(body)
    say(f"{guest.name} takes no part in {test.path}: it answers {said!r:.300}")
    return None


def measure(arguments):
    ratios = {}
    if "http.template" in arguments.ids:
        ratios["http.template"] = template_benchmark.measure(arguments)["template.jinja"]
        if arguments.ids == ["http.template"]:
            return ratios
    run = Http(arguments)
    return ratios | run.measure_tests() | http_beside.measure(run)
