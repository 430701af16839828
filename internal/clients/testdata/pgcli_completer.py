"""pgcli's completer: what it reads of the catalog, and what it offers for a word. The answers are PostgreSQL's."""
import os
import threading

from pgcli.completion_refresher import CompletionRefresher
from pgcli.pgexecute import PGExecute
from pgspecial.main import PGSpecial
from prompt_toolkit.document import Document

host, port, user, db = (os.environ[v] for v in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"))
connection = PGExecute(db, user, "", host, port, "")
for statement in (
    "CREATE SCHEMA completed",
    "CREATE TABLE completed.parents (id int PRIMARY KEY, name text NOT NULL DEFAULT 'nobody')",
    "CREATE TABLE completed.children (id int, parent int REFERENCES completed.parents (id))",
    "CREATE VIEW completed.names AS SELECT name FROM completed.parents",
    "CREATE TYPE completed.mood AS ENUM ('sad', 'ok')",
):
    list(connection.run(statement))

refreshed = threading.Event()
found = []
CompletionRefresher().refresh(
    connection, PGSpecial(), [lambda completer: (found.append(completer), refreshed.set())],
    settings={"single_connection": True})
assert refreshed.wait(60), "the completer has not been refreshed"
(completer,) = found


def offered(text):
    return {c.text for c in completer.get_completions(Document(text, len(text)), None)}


def offers(text, *words):
    missing = set(words) - offered(text)
    assert not missing, (text, missing, sorted(offered(text))[:40])


metadata = completer.dbmetadata
assert {"pg_catalog", "information_schema", "public", "completed"} <= set(metadata["tables"]), metadata["tables"].keys()
assert set(metadata["tables"]["completed"]) == {"parents", "children"}, metadata["tables"]["completed"]
assert set(metadata["views"]["completed"]) == {"names"}, metadata["views"]["completed"]
assert "mood" in metadata["datatypes"]["completed"], metadata["datatypes"]["completed"]
parents = metadata["tables"]["completed"]["parents"]
assert [(c.name, c.datatype, c.has_default) for c in parents.values()] == [("id", "integer", False), ("name", "text", True)], parents
(key,) = parents["id"].foreignkeys
assert tuple(key) == ("completed", "parents", "id", "completed", "children", "parent"), key
assert db in completer.databases, completer.databases

offers("SELECT * FROM pen", "penguins")
offers("SELECT beak_len FROM penguins WHERE spec", "species")
offers("SELECT * FROM completed.", "parents", "children", "names")
offers("SELECT * FROM completed.parents p JOIN completed.children c ON ", "c.parent = p.id")
offers("SELECT * FROM completed.parents WHERE na", "name")
offers("SELECT 1::completed.", "mood")
offers("\\d pen", "penguins")

list(connection.run("DROP SCHEMA completed CASCADE"))
