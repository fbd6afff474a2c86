# The servers that are measured: how each is started on its processor, and which processes it is made of.
import contextlib
import getpass
import grp
import http.client
import io
import os
import pathlib
import resource
import shlex
import signal
import socket
import subprocess
import time

from common import fail

FLASK, FLASK_WITH_POOL = "Flask + SQLAlchemy", "the same, pooled"
PEER_NAMES = ("floor", "Boost.Beast", "cpp-httplib", FLASK, FLASK_WITH_POOL, "h2o (a file)", "nginx")
PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def raise_descriptor_limit():
    """As many descriptors as the system allows; ten thousand connections need them at both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 20000 if hard == resource.RLIM_INFINITY else max(hard, 20000) if os.geteuid() == 0 else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard) if hard != resource.RLIM_INFINITY else hard))


def descendants(process):
    """A process, its children, theirs, and so on."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry))
    found = [process]
    for each in found:
        found.extend(children.get(each, []))
    return found


class Server:
    """A program that serves HTTP on its own port and processor, from `with` on."""

    def __init__(self, name, command, processor, environment=None, path="/plain"):
        self.name = name
        self.is_peer = name in PEER_NAMES
        self.is_guest = False
        self.port = free_port()
        self.command = [str(part).replace("PORT", str(self.port)) for part in command]
        self.processor = processor
        self.environment = {**os.environ, **(environment or {})}
        self.path = path
        self.process = None

    def __enter__(self):
        self.start()
        self.wait_until_it_listens()
        return self

    def start(self):
        def prepare():
            os.sched_setaffinity(0, {self.processor})
            raise_descriptor_limit()

        self.process = subprocess.Popen(self.command, env=self.environment, preexec_fn=prepare,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def wait_until_it_listens(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                fail(f"{self.name} ended with {self.process.returncode}: {' '.join(self.command)}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        fail(f"{self.name} does not listen after 20 seconds: {' '.join(self.command)}")

    def __exit__(self, *_):
        self.stop()

    @contextlib.contextmanager
    def turn(self):
        """While it is measured. A guest stands still before and after: some poll all the time."""
        if self.is_guest:
            os.kill(self.process.pid, signal.SIGCONT)
        try:
            yield
        finally:
            if self.is_guest:
                os.kill(self.process.pid, signal.SIGSTOP)

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def processes(self):
        return descendants(self.process.pid)

    def resident_bytes(self):
        """Resident memory, counted page by page."""
        for line in pathlib.Path("/proc", str(self.process.pid), "smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1]) * 1024
        fail("the kernel does not tell the resident memory")

    def probe(self, path, method="GET", sent=None, type=""):
        """The whole size of one answer in bytes, and its body."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if sent is not None:
            head += f"Content-Type: {type}\r\nContent-Length: {len(sent)}\r\n"
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(head.encode() + b"\r\n" + (sent or b""))
            counting = CountingSocket(connection)
            answer = http.client.HTTPResponse(counting)
            answer.begin()
            body = answer.read()
            if answer.status != 200:
                fail(f"{self.name} answers {answer.status} to {path}: {body[:300]!r}")
            return counting.head_size() + len(body), body


class CountingSocket:
    """Keeps what http.client reads from a socket, so that the head can be measured."""

    def __init__(self, connection):
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            part = connection.recv(65536)
            if not part:
                fail("the server closed the connection in the middle of an answer")
            self.data += part
        head = self.data[: self.head_size()].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0]) if b"content-length:" in head else 0
        while len(self.data) < self.head_size() + length:
            self.data += connection.recv(65536)

    def head_size(self):
        return self.data.index(b"\r\n\r\n") + 4

    def makefile(self, *_, **__):
        return io.BytesIO(self.data)


def guest(text, processor, database):
    """A server that was built elsewhere: NAME=COMMAND."""
    name, _, command = text.partition("=")
    if not command:
        fail(f"--peer is NAME=COMMAND, not {text}")
    server = Server(name, [part.replace("DATABASE", str(database)) for part in shlex.split(command)], processor)
    server.is_peer = server.is_guest = True
    return server


def retort(programs, processor, database, files, environment):
    return Server("**Retort**", [programs / "benchmark_http_app", "run", "--host", "127.0.0.1", "--port", "PORT",
                                 "--threads", "1"], processor,
                  {"RETORT_SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}", "BENCHMARK_FILES": str(files),
                   **environment})


def limit(programs, processor, size):
    return Server("limit", [programs / "benchmark_limit", "PORT", size], processor)


def floor(programs, processor, database):
    return Server("floor", [programs / "benchmark_floor", "PORT", database], processor)


def beast(programs, processor, database, files):
    return Server("Boost.Beast", [programs / "benchmark_beast", "PORT", database, files], processor)


def httplib(programs, processor, database, files):
    return Server("cpp-httplib", [programs / "benchmark_httplib", "PORT", database, files], processor)


def inline_insert(programs, processor, database):
    return Server("committing inline", [programs / "benchmark_inline_insert", "PORT", database], processor)


def flask(processor, database, files, pool=False):
    """One worker of the cheapest kind: the sync worker closes the connection after each answer and costs more.

    The engine has Flask-SQLAlchemy's defaults, or a pool of connections."""
    command = ["/usr/bin/python3", "-m", "gunicorn", "--bind", "127.0.0.1:PORT", "--workers", "1",
               "--worker-class", "gthread", "--threads", "1", "--keep-alive", "75", "--log-level", "error",
               "--chdir", PEERS, "flask_app:app"]
    environment = {"BENCHMARK_DATABASE": str(database), "BENCHMARK_FILES": str(files), "PYTHONDONTWRITEBYTECODE": "1"}
    return Server(FLASK_WITH_POOL if pool else FLASK, command, processor,
                  environment | ({"BENCHMARK_POOL": "1"} if pool else {}))


def h2o(processor, data, folder):
    """Serves the files of a folder; h2o has no rows."""
    server = Server("h2o (a file)", ["h2o", "-c", data / "h2o.conf"], processor)
    (data / "h2o.conf").write_text(
        f"user: {getpass.getuser()}\nnum-threads: 1\nlisten:\n  host: 127.0.0.1\n  port: {server.port}\n"
        f"file.mime.setdefaulttype: text/plain\nhosts:\n  default:\n    paths:\n      /:\n        file.dir: {folder}\n")
    return server


def nginx(processor, data, folder):
    """Serves the files of a folder by sendfile. Takes part where it is installed: its package starts a service."""
    server = Server("nginx", ["nginx", "-c", data / "nginx.conf", "-p", data, "-e", data / "nginx.log"], processor)
    (data / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};\n"
        f"pid {data}/nginx.pid; events {{ worker_connections 1024; }}\n"
        "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 75;\n"
        f"  server {{ listen 127.0.0.1:{server.port}; root {folder}; default_type application/octet-stream; }} }}\n")
    return server


def notes(programs, processor, database):
    """examples/notes, for how fast it starts."""
    return Server("**Retort**", [programs / "benchmark_notes", "run", "--host", "127.0.0.1", "--port", "PORT",
                                 "--threads", "1"], processor, {"RETORT_SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}"})


def flask_notes(processor, database):
    """The same in Flask by its own command, which starts sooner than gunicorn does."""
    return Server("Flask", ["/usr/bin/python3", "-m", "flask", "--app", PEERS / "flask_notes.py", "run", "--no-reload",
                            "--port", "PORT"], processor, {"BENCHMARK_DATABASE": str(database)})
