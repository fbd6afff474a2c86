# The page of benchmarks/template.cpp, rendered by Jinja2 on CPython: the same template and rows.
import json
import sys
import time

from jinja2 import DictLoader, Environment

PAGE = (
    "<!doctype html>\n<title>{{ title }}</title>\n<table>\n{% for row in rows %}"
    "<tr><td>{{ row.id }}</td><td>{{ row.name }}</td><td>{{ row.email }}</td></tr>\n{% endfor %}</table>\n"
)


class Row:
    __slots__ = ("id", "name", "email")

    def __init__(self, id):
        self.id = id
        self.name = f"Ann & <Bob> {id}" if id % 8 == 0 else f"Person number {id}"
        self.email = f"person{id}@example.com"


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
    environment = Environment(loader=DictLoader({"page.html": PAGE}), autoescape=True, keep_trailing_newline=False)
    template = environment.get_template("page.html")
    rows = [Row(id) for id in range(1, 1001)]
    pages = 0
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        text = template.render(title="People & others", rows=rows)
        pages += 1
    each = (time.process_time() - begin) / pages * 1e9
    total = 0
    for byte in text.encode():
        total = (total * 31 + byte) % 1000000007
    print(json.dumps({"ns": round(each, 1), "bytes": len(text.encode()), "sum": total}))


main()
