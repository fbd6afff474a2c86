# Alembic on the same work: 200 revisions on an empty SQLite, and 500 tables compared. Prints `name seconds` lines.
import os
import sys
import tempfile
import time

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
import sqlalchemy as sa

ENV = """
from alembic import context
import sqlalchemy as sa
engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = """
from alembic import op
import sqlalchemy as sa
revision = "{id}"
down_revision = {down}
def upgrade():
    {work}
def downgrade():
    pass
"""


def columns():
    return ", ".join(f'sa.Column("c{i}", sa.String(40))' for i in range(8))


def write_revision(folder, number):
    table = f"t{number // 4 * 4}"
    if number % 4 == 0:
        work = f'op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True), {columns()})\n'
        work += f'    op.create_index("ix_{table}", "{table}", ["c1"])'
    else:
        work = f'op.add_column("{table}", sa.Column("x{number}", sa.Integer))'
    down = "None" if number == 0 else f'"r{999 + number}"'
    with open(f"{folder}/versions/r{1000 + number}.py", "w") as file:
        file.write(REVISION.format(id=f"r{1000 + number}", down=down, work=work))


def revisions(folder, count):
    os.makedirs(f"{folder}/versions")
    with open(f"{folder}/env.py", "w") as file:
        file.write(ENV)
    with open(f"{folder}/script.py.mako", "w") as file:
        file.write("")
    for number in range(count):
        write_revision(folder, number)
    config = Config()
    config.set_main_option("script_location", folder)
    config.set_main_option("sqlalchemy.url", f"sqlite:///{folder}/revisions.db")
    start = time.perf_counter()
    command.upgrade(config, "head")
    return time.perf_counter() - start


def autogenerate(folder, count):
    metadata = sa.MetaData()
    for number in range(count):
        more = [sa.Column(f"c{i}", sa.String(40)) for i in range(8)]
        table = sa.Table(f"t{number}", metadata, sa.Column("id", sa.Integer, primary_key=True), *more)
        sa.Index(f"ix_t{number}", table.c.c1)
    engine = sa.create_engine(f"sqlite:///{folder}/autogenerate.db")
    metadata.create_all(engine)
    metadata.tables["t0"].append_column(sa.Column("more", sa.Integer))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        start = time.perf_counter()
        found = compare_metadata(context, metadata)
        seconds = time.perf_counter() - start
    assert len(found) == 1, found
    return seconds


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1]) as folder:
        print(f"revisions {revisions(folder, 200):.4f}")
        print(f"autogenerate {autogenerate(folder, 500):.4f}")
