# A peer of examples/notes: the same application in Flask, for how fast it starts. BENCHMARK_DATABASE names the file.
import os
from datetime import datetime

from flask import Blueprint, Flask, abort, jsonify, request
from flask_cors import CORS
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()
api_route = Blueprint("api_route", __name__)


class Usuarios(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    nombre = db.Column(db.String(80), nullable=False)
    email = db.Column(db.String(120), unique=True)
    bookmarks = db.relationship("Bookmark", backref="user", lazy="dynamic")

    def to_dict(self):
        return {"id": self.id, "nombre": self.nombre, "email": self.email}


class Bookmark(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    url = db.Column(db.Text, nullable=False)
    date = db.Column(db.DateTime, default=datetime.utcnow)
    description = db.Column(db.String(300))
    user_id = db.Column(db.Integer, db.ForeignKey("usuarios.id"), nullable=False)

    def to_dict(self):
        return {"id": self.id, "url": self.url, "date": self.date, "description": self.description,
                "user_id": self.user_id}


@api_route.route("/hola")
def hola():
    return jsonify("Hola"), 200


@api_route.route("/users")
def get_usuarios():
    return jsonify([each.to_dict() for each in db.session.execute(db.select(Usuarios).order_by(Usuarios.id)).scalars()])


@api_route.route("/users", methods=["POST"])
def add_usuario():
    data = request.get_json()
    user = Usuarios(nombre=data["nombre"], email=data.get("email"))
    db.session.add(user)
    db.session.commit()
    return user.to_dict(), 201


@api_route.route("/users/<int:id>", methods=["GET", "DELETE"])
def one_usuario(id):
    user = db.get_or_404(Usuarios, id)
    if request.method == "DELETE":
        db.session.delete(user)
        db.session.commit()
        return "", 204
    return user.to_dict()


@api_route.route("/users/<int:id>/bookmarks/")
def bookmarks(id):
    user = db.get_or_404(Usuarios, id)
    return jsonify(count=user.bookmarks.count(), items=[each.to_dict() for each in user.bookmarks.limit(10)])


@api_route.route("/page")
def page():
    found = db.paginate(db.select(Usuarios).order_by(Usuarios.id), max_per_page=50)
    return {"page": found.page, "total": found.total, "items": [user.id for user in found]}


@api_route.route("/teapot")
def teapot():
    abort(418)


def create_app():
    app = Flask(__name__)
    CORS(app)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["BENCHMARK_DATABASE"]
    app.config["SECRET_KEY"] = "dev"
    db.init_app(app)
    migrate.init_app(app, db)
    app.register_blueprint(api_route)
    return app


app = create_app()
with app.app_context():
    db.create_all()
