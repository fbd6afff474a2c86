# What `benchmarks/run http` measures besides CPU a response: durable inserts, reads beside them, start, memory.
import contextlib
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import time

import servers
from common import fail, median, print_servers, say, spread
from http_tests import CONNECTIONS

IDLE_CONNECTIONS = 10_000
WRITERS = 16
COUNTED_REQUESTS = 2000


def measure(run):
    """What is asked for of these; an entry measures all its ids at once."""
    ratios = {}
    for ids, measure_them in ((["http.durable"], measure_durable),
                              (["http.reads_beside_writes", "http.reads_beside_writes_p99"], measure_reads),
                              (["http.start"], measure_start), (["http.resident_mb"], measure_resident),
                              (["http.allocations"], measure_allocations), (["http.idle_bytes"], measure_idle)):
        if any(id in run.arguments.ids for id in ids):
            ratios |= measure_them(run)
    return ratios


# --- durable inserts ------------------------------------------------------------------------------------------------


def measure_durable(run):
    print(f"\nfsync of 4 KiB appended to a file in {run.data}: {fsync_microseconds(run.data):.0f} µs (median)")
    ours, inline = run.fill_ours("durable.db"), run.data / "inline.db"
    results = {"retort": [], "inline": []}
    with run.retort(ours) as retort, servers.inline_insert(run.programs, run.server_processor, inline) as other:
        taking_part = {"retort": retort, "inline": other}
        for round in range(run.arguments.rounds):
            say(f"== durable inserts: round {round + 1} of {run.arguments.rounds}")
            for kind in random.sample(list(taking_part), 2):
                results[kind].append(run.load(taking_part[kind], "/insert", "-c", CONNECTIONS, "-m", "POST", "-s", 201))
    print_servers("durable inserts, one a request, synchronous = FULL", taking_part, results)
    for kind, path in (("retort", ours), ("inline", inline)):
        check_inserts(path, sum(each["all_answers"] for each in results[kind]))
    speed = {kind: median(each["per_second"] for each in runs) for kind, runs in results.items()}
    return {"http.durable": speed["retort"] / speed["inline"]}


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


# --- reads beside writes --------------------------------------------------------------------------------------------


def measure_reads(run):
    """The latency of reads alone, and of the same reads while 16 more connections insert durably."""
    alone, beside = [], []
    writing = ["-W", WRITERS, "-U", "/insert"]
    with run.retort(run.fill_ours("reads.db")) as server:
        for round in range(run.arguments.rounds):
            say(f"== reads beside writes: round {round + 1} of {run.arguments.rounds}")
            for runs, options in random.sample([(alone, []), (beside, writing)], 2):
                runs.append(run.load(server, "/row/{}", "-c", CONNECTIONS, *options))
    print(f"\nreads of a row, {CONNECTIONS} connections\n\n| | p50 µs | p99 µs | reads/s | inserts/s |\n|---|---|---|---|---|")
    seconds = run.arguments.seconds
    for name, runs in (("alone", alone), (f"beside {WRITERS} durable writers", beside)):
        figures = [median(each[key] for each in runs) for key in ("p50_us", "p99_us", "per_second")]
        figures.append(median(each["written"] for each in runs) / seconds)
        print(f"| {name} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")
    return {"http.reads_beside_writes" + id: median(each[key] for each in beside) / median(each[key] for each in alone)
            for id, key in (("", "p50_us"), ("_p99", "p99_us"))}


# --- start ----------------------------------------------------------------------------------------------------------


def measure_start(run):
    """From the start of the program to the whole first answer of GET /users, the database being there."""
    database = run.data / "notes.db"
    notes = {"retort": lambda: servers.notes(run.programs, run.server_processor, run.data / "our_notes.db"),
             "flask": lambda: servers.flask_notes(run.server_processor, database)}
    times = {kind: [] for kind in notes}
    for make in notes.values():
        first_answer(make())
    for round in range(max(5, run.arguments.rounds)):
        say(f"== start: round {round + 1} of {max(5, run.arguments.rounds)}")
        for kind in random.sample(list(notes), len(notes)):
            times[kind].append(first_answer(notes[kind]()))
    print("\nnotes, from start to the first answer\n\n| server | ms | least–greatest |\n|---|---|---|")
    for kind, found in times.items():
        print(f"| {kind} | {median(found) * 1e3:.3g} | {spread([each * 1e3 for each in found])} |")
    return {"http.start": median(times["flask"]) / median(times["retort"])}


def first_answer(server):
    begun = time.monotonic()
    server.start()
    try:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
                    connection.sendall(b"GET /users HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    answer = connection.recv(65536)
                break
            except ConnectionError:
                time.sleep(0.0002)
        taken = time.monotonic() - begun
        if b" 200 " not in answer[:20]:
            fail(f"{server.name} answers {answer[:300]!r}")
        return taken
    finally:
        server.stop()


# --- memory ---------------------------------------------------------------------------------------------------------


def measure_resident(run):
    with run.retort(run.fill_ours("resident.db")) as server:
        for path in ("/plain", "/row/1234"):
            server.probe(path)
        time.sleep(1)
        resident = server.resident_bytes() / 1024**2
    print(f"\nresident memory, idle after one plain answer and one row: {resident:.1f} MB")
    return {"http.resident_mb": resident}


def measure_allocations(run):
    """What the heap gave for each request beyond the first ones, on one connection."""
    counted = run.data / "allocations"
    with run.retort(run.fill_ours("allocations.db"), COUNT_ALLOCATIONS=str(counted),
                    LD_PRELOAD=str(run.programs / "libbenchmark_count_allocations.so")) as server:
        found = {}
        for path in ("/plain", "/json", "/row/1234", "/fortunes"):
            with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
                ask(connection, path, 200)
                before = allocations(server, counted)
                ask(connection, path, COUNTED_REQUESTS)
                found[path] = (allocations(server, counted) - before) / COUNTED_REQUESTS
    print("\nheap allocations a request: " + ", ".join(f"{path} {count:.2f}" for path, count in found.items()))
    return {"http.allocations": found["/plain"]}


def ask(connection, path, times):
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    for _ in range(times):
        connection.sendall(request)
        answer = connection.recv(65536)
        if not answer.startswith(b"HTTP/1.1 200"):
            fail(f"{path} is answered with {answer[:200]!r}")


def allocations(server, file):
    file.unlink(missing_ok=True)
    os.kill(server.process.pid, signal.SIGUSR1)
    for _ in range(1000):
        time.sleep(0.005)
        if file.exists() and (text := file.read_text()):
            return int(text)
    fail("the server does not count its allocations; is benchmark_count_allocations preloaded?")


def measure_idle(run):
    database = run.fill_ours("idle.db")
    growth = []
    for round in range(min(3, run.arguments.rounds)):
        say(f"== idle connections: round {round + 1} of {min(3, run.arguments.rounds)}")
        with run.retort(database) as server:
            run.load(server, "/plain", "-c", CONNECTIONS)
            time.sleep(0.5)
            before = server.resident_bytes()
            growth.append(idle_growth(run, server, before) / IDLE_CONNECTIONS)
    print(f"\n{IDLE_CONNECTIONS} idle connections, bytes of resident memory each: {median(growth):.0f} ({spread(growth)})")
    return {"http.idle_bytes": median(growth)}


def idle_growth(run, server, before):
    command = run.load_command(server, "/plain", "-c", IDLE_CONNECTIONS, "-i")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        if load.stdout.readline().strip() != "ready":
            fail("the idle connections could not be opened")
        time.sleep(1)
        after = server.resident_bytes()
        load.stdin.close()
        if load.wait() != 0:
            fail("the server did not keep the idle connections")
    return after - before
