# A peer: Flask with Flask-SQLAlchemy as Debian packages them, served by gunicorn. BENCHMARK_DATABASE names the file; with
# BENCHMARK_POOL the engine keeps its connections, which SQLAlchemy 1.4 by itself does not for SQLite's files.
import os

from flask import Flask, Response, jsonify, render_template, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import QueuePool

app = Flask(__name__, template_folder="../templates", static_folder=os.environ.get("BENCHMARK_FILES"),
            static_url_path="/static")
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["BENCHMARK_DATABASE"]
app.config["JSONIFY_PRETTYPRINT_REGULAR"] = False
if "BENCHMARK_POOL" in os.environ:
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": QueuePool}
db = SQLAlchemy(app)


class World(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    random_number = db.Column(db.Integer, nullable=False)

    def to_dict(self):
        return {"id": self.id, "random_number": self.random_number}


class Fortune(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    message = db.Column(db.String(200), nullable=False)


def numbers():
    """The same sequence in every server."""
    state = 42
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


random_numbers = numbers()


def next_row():
    return 1000 + next(random_numbers) % 9000


@app.route("/plain")
def plain():
    return Response("Hello, World!", mimetype="text/plain")


@app.route("/json")
def json():
    return jsonify(message="Hello, World!")


@app.route("/row/<int:id>")
def row(id):
    return jsonify(db.session.get(World, id).to_dict())


@app.route("/queries")
def queries():
    return jsonify([db.session.get(World, next_row()).to_dict() for _ in range(20)])


@app.route("/fortunes")
def fortunes():
    rows = list(db.session.execute(db.select(Fortune)).scalars())
    rows.append(Fortune(id=0, message="Additional fortune added at request time."))
    rows.sort(key=lambda row: row.message)
    return render_template("fortunes.html", fortunes=rows)


@app.route("/updates")
def updates():
    rows = [db.session.get(World, next_row()) for _ in range(5)]
    for world in rows:
        world.random_number = 10000 + next(random_numbers) % 90000
    list = [world.to_dict() for world in rows]
    db.session.commit()
    return jsonify(list)


@app.route("/form", methods=["POST"])
def form():
    return Response(str(sum(len(request.form[f"field{i}"]) for i in range(10))), mimetype="text/plain")


@app.route("/upload", methods=["POST"])
def upload():
    return Response(str(request.files["file"].stream.seek(0, os.SEEK_END)), mimetype="text/plain")
