"""What can go wrong, as a table."""

import dataclasses
import typing
import zlib

from . import revisions
from .environments import config_map, environment, secret

NOTHING = object()


@dataclasses.dataclass
class Case:
    """@param reason of Ready=False
    @param kind what the environment is held in: Stalled (until its inputs change) or Reconciling (tried again)
    @param arrange called with the Situation; sets everything up
    @param mend called with the Situation; after it the environment becomes ready without help
    @param says what the condition's message has to contain
    @param applied how many revisions are applied while it fails
    @param counted whether athanor_database_errors_total counts it
    @param site where it failed: line and SQLSTATE, and revision and file by their numbers; status and message tell it
    @param heads that it ends at, beside the last of the chain
    """
    reason: str
    kind: str
    arrange: typing.Callable
    mend: typing.Optional[typing.Callable] = None
    says: tuple = ()
    applied: int = 0
    length: int = 3
    counted: bool = False
    site: dict = dataclasses.field(default_factory=dict)
    heads: list = dataclasses.field(default_factory=list)


class Situation:
    """One case in a namespace and a database of its own."""

    def __init__(self, cluster, name, case):
        self.cluster, self.name, self.case = cluster, name, case
        self.namespace = cluster.new_namespace(name)
        self.database = cluster.new_database(name)
        self.ids, self.files = revisions.chain(format(zlib.crc32(name.encode()) % 0x10000, "04x"), case.length)
        self.environment = cluster.environment(self.namespace, "env")
        case.arrange(self)

    def give(self, files=None, url=None, spec=None, database=None, without=()):
        """Applies Secret, ConfigMap and environment, except for those named in `without`."""
        objects = {
            "secret": secret(self.namespace, "env-db", {"uri": url or self.database.url()}),
            "config_map": config_map(self.namespace, "env-revisions", self.files if files is None else files),
            "environment": environment(self.namespace, "env", spec=spec, database=database),
        }
        self.cluster.apply(*[body for name, body in objects.items() if name not in without])

    def give_first(self, count, **more):
        """As give(), with the first `count` revisions, and waits until they are applied."""
        self.give(dict(list(self.files.items())[:count]), **more)
        self.environment.wait_ready([self.ids[count - 1]])

    def set_files(self, files):
        self.cluster.set_files(self.namespace, "env-revisions", files)

    def file(self, number):
        """(name, text) of a revision, counted from 1."""
        return list(self.files.items())[number - 1]

    def with_text(self, number, text):
        """All files, with another text for one of them."""
        return {**self.files, self.file(number)[0]: text}


def _bad_sql(s):
    _, text = revisions.revision(s.ids[2], s.ids[1], "CREATE TABLE half (id integer);\n\n"
                                 "ALTER TABLE nowhere ADD COLUMN x integer;", "")
    s.give(s.with_text(3, text))


def _contains_commit(s):
    _, text = revisions.revision(s.ids[1], s.ids[0],
                                 "CREATE TABLE half (id integer);\nCOMMIT;\nCREATE TABLE w (id int);")
    s.give(s.with_text(2, text))


def _copy_from_stdin(s):
    _, text = revisions.revision(s.ids[1], s.ids[0], "CREATE TABLE half (id integer);\nCOPY half FROM STDIN;")
    s.give(s.with_text(2, text))


def _cycle(s):
    _, text = revisions.revision(s.ids[0], s.ids[2], "SELECT 1;")
    s.give(s.with_text(1, text))


def _two_heads(s):
    file, text = revisions.table_revision("faceb00cfeed", s.ids[1], "other_head")
    s.give({**s.files, file: text}, spec={"target": "head"})


def _edited(s):
    s.give_first(3)
    _, text = revisions.table_revision(s.ids[1], s.ids[0], "renamed_afterwards")
    s.set_files(s.with_text(2, text))


def _unknown_row(s):
    s.give_first(3)
    s.database.sql("UPDATE alembic_version SET version_num = 'feedfacecafe'")


def _emptied(s):
    s.give_first(3)
    s.set_files({"README.md": "nothing here"})


def _pruned(s):
    s.give_first(3)
    s.set_files(dict([s.file(1), s.file(2)]))


def _no_create_right(s):
    s.database = s.cluster.new_database(s.name + "_poor", schema_rights=False)
    s.database.sql("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC")
    s.database.sql(f'REVOKE CREATE ON DATABASE "{s.database.name}" FROM PUBLIC')
    s.give()


def _grant_it(s):
    s.database.sql(f'GRANT CREATE ON SCHEMA public TO "{s.database.name}"')
    s.environment.annotate(reconcile_at="after the grant")


def _foreign_database(s):
    s.other = s.cluster.new_namespace(s.name + "-owner")
    owner = s.cluster.create_environment(s.other, "owner", s.files, s.database)
    owner.wait_ready([s.ids[-1]])
    s.give()


def _two_texts(s):
    file, _ = s.file(1)
    _, other = revisions.table_revision(s.ids[0], None, "another_text")
    s.cluster.apply(config_map(s.namespace, "more", {file: other}))
    s.give(spec={"revisions": {"configMaps": [{"name": "env-revisions"}, {"name": "more"}]}})


def _not_a_revision(s):
    s.give({**s.files, "zzz_notes.sql": "SELECT 1;\n"})


CASES = {
    "bad SQL in revision 3 of 5": Case(
        "SqlError", "Stalled", _bad_sql, lambda s: s.set_files(s.files), length=5, applied=2, counted=True,
        says=("nowhere",), site={"sqlstate": "42P01", "revision": 3, "file": 3, "line": 9}),
    "a revision that contains COMMIT": Case(
        "TransactionControl", "Stalled", _contains_commit, lambda s: s.set_files(s.files), applied=1, counted=True,
        says=("line 8",)),
    "a revision that wants COPY FROM STDIN": Case(
        "CopyStream", "Stalled", _copy_from_stdin, lambda s: s.set_files(s.files), applied=1, counted=True,
        says=("COPY",)),
    "no right to create": Case(
        "PermissionDenied", "Stalled", _no_create_right, _grant_it, counted=True,
        says=("GRANT CREATE ON SCHEMA",)),
    "a wrong password": Case(
        "AuthenticationFailed", "Reconciling", counted=True,
        arrange=lambda s: s.give(url=s.database.url(password="wr0ng-s3cret")),
        mend=lambda s: s.cluster.apply(secret(s.namespace, "env-db", {"uri": s.database.url()}))),
    "a database that does not exist": Case(
        "DatabaseMissing", "Reconciling", counted=True,
        arrange=lambda s: s.give(url=s.database.url(name="nowhere_" + s.database.name)),
        mend=lambda s: s.cluster.apply(secret(s.namespace, "env-db", {"uri": s.database.url()}))),
    "a missing Secret": Case(
        "SecretMissing", "Reconciling", lambda s: s.give(without=("secret",)), lambda s: s.give(), says=("env-db",)),
    "a missing key of a Secret": Case(
        "SecretKeyMissing", "Reconciling", says=("env-db", "uri"),
        arrange=lambda s: (s.give(without=("secret",)),
                           s.cluster.apply(secret(s.namespace, "env-db", {"url": "misspelt"}))),
        mend=lambda s: s.cluster.apply(secret(s.namespace, "env-db", {"uri": s.database.url()}))),
    "a missing ConfigMap": Case(
        "ConfigMapMissing", "Reconciling", lambda s: s.give(without=("config_map",)), lambda s: s.give(),
        says=("env-revisions",)),
    "a missing key of a ConfigMap": Case(
        "ConfigMapKeyMissing", "Reconciling", says=("place", "host"),
        arrange=lambda s: (
            s.cluster.apply(config_map(s.namespace, "place", {"hots": "misspelt"})),
            s.cluster.apply(secret(s.namespace, "env-password", {"password": s.database.password})),
            s.give(without=("secret",), database={"connection": {
                "host": {"valueFrom": {"configMapKeyRef": {"name": "place", "key": "host"}}},
                "port": {"value": str(s.database.server.port)}, "dbname": {"value": s.database.name},
                "user": {"value": s.database.name},
                "password": {"valueFrom": {"secretKeyRef": {"name": "env-password", "key": "password"}}}}})),
        mend=lambda s: s.cluster.apply(config_map(s.namespace, "place", {"host": "127.0.0.1"}))),
    "an emptied ConfigMap": Case(
        "NoRevisions", "Stalled", _emptied, lambda s: s.set_files(s.files), applied=3),
    "a pruned ConfigMap": Case(
        "UnknownRevision", "Stalled", _pruned, lambda s: s.set_files(s.files), applied=3),
    "a version row that nobody knows": Case(
        "UnknownRevision", "Stalled", _unknown_row, applied=NOTHING, says=("feedfacecafe",)),
    "a cyclic graph": Case("Cycle", "Stalled", _cycle, lambda s: s.set_files(s.files)),
    "a missing parent that never comes": Case(
        "MissingParent", "Stalled", lambda s: s.give(dict([s.file(1), s.file(3)])), lambda s: s.set_files(s.files)),
    "two heads with target head": Case(
        "MultipleHeads", "Stalled", _two_heads, lambda s: s.environment.patch_spec(target="heads"),
        says=("faceb00cfeed",), heads=["faceb00cfeed"]),
    "the same id with two texts": Case(
        "DuplicateRevision", "Stalled", _two_texts, says=("env-revisions", "more"),
        mend=lambda s: s.environment.patch_spec(revisions={"configMaps": [{"name": "env-revisions"}]})),
    "a file that is no revision": Case(
        "InvalidRevisionFile", "Stalled", _not_a_revision, lambda s: s.set_files(s.files), says=("zzz_notes.sql",)),
    "an edited revision that is applied": Case(
        "EditedRevision", "Stalled", _edited, lambda s: s.set_files(s.files), applied=3),
    "another environment's database": Case(
        "DatabaseOwnedElsewhere", "Stalled", _foreign_database, applied=3, says=("owner", "athanor.dev/take-over"),
        mend=lambda s: s.environment.annotate(take_over=f"{s.other}/owner")),
    "a relative target": Case(
        "InvalidTarget", "Stalled", lambda s: s.give(spec={"target": "+1"}),
        lambda s: s.environment.patch_spec(target="heads")),
    "a target that nobody knows": Case(
        "InvalidTarget", "Stalled", lambda s: s.give(spec={"target": "nosuchrevision"}),
        lambda s: s.environment.patch_spec(target="heads")),
    # Fields that the schema lets through.
    "a URL with a password in the manifest": Case(
        "InvalidSpec", "Stalled", says=("spec.database.url",),
        arrange=lambda s: s.give(database={"url": s.database.url()}),
        mend=lambda s: s.environment.patch_spec(
            database={"url": None, "urlFrom": {"secretKeyRef": {"name": "env-db", "key": "uri"}}})),
    "a URL of SQLite": Case(
        "DatabaseSchemeNotAllowed", "Stalled", lambda s: s.give(url="sqlite:////tmp/x.db"), says=("SQLite",)),
    "a URL that is none": Case(
        "InvalidDatabaseUrl", "Stalled", lambda s: s.give(url="s3cr3t, by mistake"),
        lambda s: (s.cluster.apply(secret(s.namespace, "env-db", {"uri": s.database.url()})),
                   s.environment.annotate(reconcile_at="mended"))),
}
