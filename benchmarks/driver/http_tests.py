# What `benchmarks/run http` asks of the servers, and which ratios come of it.
from dataclasses import dataclass, field

from common import at_least, at_most

# Everything that is judged; docs/performance.md says what each id means.
GOALS = [at_least("http.plain", 0.93), at_least("http.plain_flask", 33),
         at_least("http.json", 0.93), at_least("http.json_flask", 33),
         at_least("http.pipelined", 0.80), at_least("http.pipelined_browser", 0.70),
         at_least("http.row", 0.73), at_least("http.row_flask", 100),
         at_least("http.queries20", 0.28), at_least("http.queries20_flask", 155),
         at_least("http.fortunes", 0.48), at_least("http.fortunes_flask", 125),
         at_least("http.updates5", 70),
         at_most("http.joined20", 2.8), at_most("http.selectin20", 2.8), at_most("http.batch20", 2.8),
         at_least("http.form", 1), at_least("http.multipart", 1), at_least("http.file64k", 1),
         at_least("http.file10m", 1),
         at_most("http.reads_beside_writes", 1.5), at_most("http.reads_beside_writes_p99", 3),
         at_least("http.durable", 5), at_least("http.start", 30), at_most("http.idle_bytes", 512),
         at_most("http.resident_mb", 12), at_most("http.allocations", 0), at_least("http.template", 12)]

CONNECTIONS = 64
COST_RATIOS = ["http.joined20", "http.selectin20", "http.batch20"]  # our CPU ÷ the other's, the others the reverse

FILES = {"file64k.bin": 64 * 1024, "file10m.bin": 10 * 1000 * 1000}
FORM = b"&".join(b"field%d=%s" % (i, b"value+%d+" % i + b"x" * 86) for i in range(10))
BOUNDARY = "----benchmark8f3a2b71"
MULTIPART = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"upload.bin\"\r\n"
             "Content-Type: application/octet-stream\r\n\r\n").encode() + bytes(
                 (i * 7919 >> 3) & 255 for i in range(1024 * 1024)) + f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass
class Test:
    """One path, the kinds of servers that know it besides ours, and the ids that come of it: {id: peer}.

    The peer "best" is the one that answers with the least CPU; the limit is none."""

    path: str
    peers: list[str]
    ids: dict[str, str] = field(default_factory=dict)
    depth: int = 1
    connections: int = CONNECTIONS
    browser: bool = False
    body: bytes | None = None
    type: str = "application/x-www-form-urlencoded"
    limit: bool = True
    same: str = "json"  # how the servers' bodies are compared: json, text, length of the list, size

    @property
    def method(self):
        return "GET" if self.body is None else "POST"


EVERYBODY = ["beast", "httplib", "flask"]
FILE_SERVERS = ["beast", "httplib", "h2o", "nginx", "flask"]
TESTS = {
    "plain": Test("/plain", EVERYBODY + ["h2o"], {"http.plain": "limit", "http.plain_flask": "flask"}, same="text"),
    "json": Test("/json", EVERYBODY, {"http.json": "limit", "http.json_flask": "flask"}),
    "pipelined ×16": Test("/plain", ["beast", "h2o"], {"http.pipelined": "limit"}, depth=16, same="text"),
    "pipelined ×16, headers of a browser": Test("/plain", ["beast", "h2o"], {"http.pipelined_browser": "limit"},
                                                depth=16, browser=True, same="text"),
    "row": Test("/row/{}", ["floor", *EVERYBODY, "flask_pool"], {"http.row": "limit", "http.row_flask": "flask"}),
    "20 queries": Test("/queries", ["floor", *EVERYBODY, "flask_pool"],
                       {"http.queries20": "limit", "http.queries20_flask": "flask"}, same="length"),
    "fortunes": Test("/fortunes", ["flask", "flask_pool"], {"http.fortunes": "limit", "http.fortunes_flask": "flask"},
                     same="text"),
    "5 updates": Test("/updates", ["flask", "flask_pool"], {"http.updates5": "flask"}, same="length"),
    # Two objects and their twenty related ones.
    "20 joined": Test("/joined", ["floor", "beast"], {"http.joined20": "limit"}, same="length"),
    "20 selectin": Test("/selectin", [], {"http.selectin20": "limit"}),
    "20 batch": Test("/batch", [], {"http.batch20": "limit"}),
    "form of 1 KB": Test("/form", ["httplib", "flask"], {"http.form": "best"}, body=FORM),
    "multipart of 1 MB": Test("/upload", ["httplib", "flask"], {"http.multipart": "best"}, connections=8,
                              body=MULTIPART, type=f"multipart/form-data; boundary={BOUNDARY}", limit=False),
    "file of 64 KB": Test("/static/file64k.bin", FILE_SERVERS, {"http.file64k": "best"}, same="text"),
    "file of 10 MB": Test("/static/file10m.bin", FILE_SERVERS, {"http.file10m": "best"}, connections=8, same="text"),
}
