# A peer: Flask with Flask-SQLAlchemy as Debian packages them, served by gunicorn. BENCHMARK_DATABASE names the file.
import os

from flask import Flask, Response, jsonify
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import QueuePool

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["BENCHMARK_DATABASE"]
app.config["JSONIFY_PRETTYPRINT_REGULAR"] = False
# SQLAlchemy 1.4 opens a SQLite file anew for each request; a pool takes a third off what a row costs.
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": QueuePool}
db = SQLAlchemy(app)


class World(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    random_number = db.Column(db.Integer, nullable=False)

    def to_dict(self):
        return {"id": self.id, "random_number": self.random_number}


def numbers():
    """The ids of /queries: the same sequence in every server."""
    state = 42
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield 1000 + (state >> 33) % 9000


row_numbers = numbers()


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
    return jsonify([db.session.get(World, next(row_numbers)).to_dict() for _ in range(20)])
