"""`athanor revision` and `athanor merge`: what they write, and that they write nothing for a wrong argument."""

import datetime
import itertools
import re
import threading

import pytest

VERSIONS = "alembic/versions"


@pytest.fixture
def project(workspace):
    workspace.made("init", "alembic")
    return workspace


def settings(project, *lines):
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("[DEFAULT]\n", "[DEFAULT]\n" + "".join(f"{line}\n" for line in lines), 1))


def only_file(project):
    (path,) = (project.folder / VERSIONS).rglob("*.sql")
    return path


def head_of(text):
    return dict(re.findall(r"^-- (\w+): (.*)$", text.split("-- athanor:")[0], re.M))


def write(project, rev, *words):
    project.made("revision", "--rev-id", rev, "-m", f"make {rev}", *words)


def test_a_new_file_is_named_and_dated_as_alembic_does_it(project):
    before = datetime.datetime.now()
    told = project.made("revision", "-m", "Add users; their e-mail")
    path = only_file(project)
    assert told == f"  Generating {path} ...  done\n"
    assert re.fullmatch(r"[0-9a-f]{12}_add_users_their_e_mail\.sql", path.name)
    head = head_of(path.read_text())
    assert head["revision"] == path.name[:12]
    assert head["down_revision"] == "none"
    assert head["message"] == "Add users; their e-mail"
    created = datetime.datetime.fromisoformat(head["create_date"])
    assert created.tzinfo is None and abs(created - before) < datetime.timedelta(minutes=1)
    assert "-- athanor:upgrade\n" in path.read_text() and "-- athanor:downgrade\n" in path.read_text()


def test_revisions_follow_each_other_and_a_merge_joins_them(project):
    write(project, "a1", "--branch-label", "core")
    write(project, "b1", "--head", "base", "--branch-label", "shop", "--branch-label", "web-shop")
    write(project, "a2", "--head", "core@head", "--depends-on", "shop", "--depends-on", "a1")
    write(project, "a3", "--head", "a1", "--splice", "--transaction", "off")
    merged = project.json("merge", "a2", "shop@head", "a3", "-m", "join", "--rev-id", "m1")
    assert merged["downRevisions"] == ["a2", "b1", "a3"]
    assert merged["mergePoint"] and merged["head"]
    texts = {path.name: head_of(path.read_text()) for path in (project.folder / VERSIONS).glob("*.sql")}
    assert texts["b1_make_b1.sql"]["branch_labels"] == "shop, web-shop"
    assert texts["a2_make_a2.sql"]["depends_on"] == "shop, a1"
    assert texts["a3_make_a3.sql"]["transaction"] == "off"
    assert texts["a3_make_a3.sql"]["down_revision"] == "a1"
    assert texts["m1_join.sql"]["down_revision"] == "a2, b1, a3"


def test_alembic_sees_the_graph_that_was_written(project):
    write(project, "a1")
    write(project, "b1", "--head", "base")
    project.made("merge", "heads", "--rev-id", "m1")
    env = {"DATABASE_URL": f"sqlite:///{project.folder}/a.db"}
    assert project.alembic("stamp", "head", env=env).returncode == 0
    assert project.alembic("current", env=env).stdout == "m1 (head) (mergepoint)\n"
    verbose = project.alembic("current", "-v", env=env).stdout
    assert "Merges: a1, b1" in verbose and "    empty message" in verbose


BODIES = [
    ("both sections", "CREATE TABLE x (a int);\n-- athanor:downgrade\nDROP TABLE x;\n",
     "-- athanor:upgrade\nCREATE TABLE x (a int);\n\n-- athanor:downgrade\nDROP TABLE x;\n"),
    ("both markers", "-- athanor:upgrade\nSELECT 1;\n\n-- athanor:downgrade\n",
     "-- athanor:upgrade\nSELECT 1;\n\n-- athanor:downgrade\n"),
    ("the upgrade alone", "SELECT 1;", "-- athanor:upgrade\nSELECT 1;\n"),
    ("a licence above", "-- (c) us\n-- athanor:upgrade\nSELECT 1;", "-- athanor:upgrade\n-- (c) us\nSELECT 1;\n"),
    ("CRLF and BOM", "\ufeffSELECT 1;\r\nSELECT 2;\r\n", "-- athanor:upgrade\nSELECT 1;\nSELECT 2;\n"),
    ("a marker within a function", "DO $$\n-- athanor:downgrade\n$$;",
     "-- athanor:upgrade\nDO $$\n-- athanor:downgrade\n$$;\n"),
    ("other letters", "SELECT 'Übung 漢';", "-- athanor:upgrade\nSELECT 'Übung 漢';\n"),
]


@pytest.mark.parametrize("given, written", [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
@pytest.mark.parametrize("by", ["file", "standard input"])
def test_the_sql_is_taken_from(project, by, given, written):
    source = project.write("body.sql", given)
    run = (project.athanor("revision", "--sql", "body.sql") if by == "file" else
           project.athanor("revision", "--sql", "-", input=given))
    assert run.returncode == 0, run.stderr
    text = only_file(project).read_text()
    assert text[text.index("-- athanor:"):] == written
    assert ("no way back" in run.stderr) == ("\n-- athanor:downgrade" not in written.replace("DO $$\n-- ath", ""))
    assert source.read_text() == given.replace("\r\n", "\n")


TEMPLATES = ["%(rev)s_%(slug)s", "%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s",
             "%(year)04d%(month)02d%(day)02d-%(slug).5s-%(rev)s", "%(epoch)d_%(rev)s", "x%(second)s%%-%(slug)s"]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("zone", ["", "America/New_York", "utc"])
def test_names_are_those_that_python_makes_of_file_template(project, template, zone):
    settings(project, "file_template = " + template.replace("%", "%%"),
             *([f"timezone = {zone}"] if zone else []))
    told = project.json("revision", "-m", "some new thing", "--rev-id", "a1")
    created = datetime.datetime.fromisoformat(told["createDate"])
    assert (created.tzinfo is None) == (zone == "")
    aware = created if created.tzinfo else created.replace(tzinfo=datetime.timezone.utc)  # TZ is UTC here
    assert only_file(project).name == template % {
        "rev": "a1", "slug": "some_new_thing", "epoch": int(aware.timestamp()), "year": created.year,
        "month": created.month, "day": created.day, "hour": created.hour, "minute": created.minute,
        "second": created.second} + ".sql"


def test_a_long_message_is_cut_between_words(project):
    settings(project, "truncate_slug_length = 12")
    project.made("revision", "--rev-id", "a1", "-m", "add the many users")
    assert only_file(project).name == "a1_add_the_.sql"


def test_a_name_in_a_subfolder_is_for_projects_that_read_them(project):
    settings(project, "file_template = %%(year)d/%%(rev)s")
    assert "recursive_version_locations" in project.refused("revision")
    settings(project, "recursive_version_locations = true")
    project.made("revision", "--rev-id", "a1")
    assert re.fullmatch(r"\d{4}/a1\.sql", only_file(project).relative_to(project.folder / VERSIONS).as_posix())
    assert project.json("heads")[0]["revision"] == "a1"


def test_several_folders_of_revisions_are_filled_as_alembic_fills_them(project):
    settings(project, "version_locations = %(here)s/core:%(here)s/shop")
    for folder in ("core", "shop"):
        (project.folder / folder).mkdir()
    assert "--version-path" in project.refused("revision")
    assert "is no folder of the project" in project.refused("revision", "--version-path", "other", code=2)
    write(project, "c1", "--version-path", "core")
    write(project, "s1", "--version-path", "./shop/", "--head", "base")
    write(project, "s2", "--head", "s1")
    project.made("merge", "s2", "c1", "--rev-id", "m1")
    files = sorted(path.relative_to(project.folder).as_posix() for path in project.folder.glob("*/*.sql"))
    assert files == ["core/c1_make_c1.sql", "shop/m1.sql", "shop/s1_make_s1.sql", "shop/s2_make_s2.sql"]


def test_of_many_that_write_the_same_revision_one_does(project):
    codes = []
    runs = [threading.Thread(target=lambda: codes.append(
        project.athanor("revision", "--rev-id", "a1", "-m", "x").returncode)) for _ in range(6)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(codes) == [0] + [1] * 5
    assert [path.name for path in (project.folder / VERSIONS).iterdir() if path.suffix == ".sql"] == ["a1_x.sql"]


def test_random_ids_differ(project):
    ids = [project.json("revision")["revision"] for _ in range(5)]
    assert all(re.fullmatch("[0-9a-f]{12}", rev) for rev in ids)
    assert all(a != b for a, b in itertools.combinations(ids, 2))


REFUSED = [
    ("an unknown head", ["revision", "--head", "zz"], 1, "zz"),
    ("a head that is none", ["revision", "--head", "a1"], 1, "--splice"),
    ("several heads", ["revision"], 1, "athanor merge"),
    ("an id that is taken", ["revision", "--head", "a2", "--rev-id", "a1"], 1, "exists already"),
    ("an id with an @", ["revision", "--head", "a2", "--rev-id", "a@1"], 1, "contains @"),
    ("a label that is taken", ["revision", "--head", "a2", "--branch-label", "core"], 1, "core"),
    ("a label with a colon", ["revision", "--head", "a2", "--branch-label", "a:b"], 1, "contains :"),
    ("an unknown dependency", ["revision", "--head", "a2", "--depends-on", "zz"], 1, "zz"),
    ("SQL that is not there", ["revision", "--head", "a2", "--sql", "none.sql"], 1, "none.sql"),
    ("SQL with a misspelt marker", ["revision", "--head", "a2", "--sql", "bad.sql"], 1, "bad.sql, line 2"),
    ("SQL with a head of its own", ["revision", "--head", "a2", "--sql", "head.sql"], 1, "head.sql, line 2"),
    ("SQL that is not UTF-8", ["revision", "--head", "a2", "--sql", "latin.sql"], 1, "latin.sql, line 1"),
    ("a transaction of another kind", ["revision", "--transaction", "maybe"], 2, "maybe"),
    ("an id that is not given", ["revision", "--rev-id"], 2, "--rev-id"),
    ("a word too many", ["revision", "x"], 2, "x"),
    ("a merge of nothing", ["merge"], 2, "merge needs REVISION"),
    ("a merge of one", ["merge", "a2"], 1, "merge joins several"),
    ("a merge with an ancestor", ["merge", "a1", "a2"], 1, "ancestor"),
    ("a merge of what is unknown", ["merge", "a2", "zz"], 1, "zz"),
    ("a section that is not there", ["-n", "qa", "revision"], 1, "[qa]"),
    ("a file that is damaged", ["-n", "damaged", "revision"], 1, "x.sql, line 1"),
    ("a folder of Python scripts", ["-n", "python", "revision"], 1, "athanor -n python import"),
    ("a zone that is not known", ["-n", "zone", "revision"], 1, "Mars/Base"),
    ("a template that names nothing", ["-n", "template", "revision"], 1, "%(what)s names nothing"),
    ("a template that hides the file", ["-n", "hidden", "revision"], 1, "begins with a dot"),
    ("a template that leaves the folder", ["-n", "outside", "revision"], 1, "begins with a dot"),
    ("a template that makes no name", ["-n", "empty", "revision"], 1, "a part is empty"),
]


@pytest.mark.parametrize("words, code, said", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_nothing_is_written_for(project, words, code, said):
    write(project, "a1", "--branch-label", "core")
    write(project, "a2")
    write(project, "b1", "--head", "base")
    project.write("bad.sql", "SELECT 1;\n-- athanor: down\n")
    project.write("head.sql", "-- ours\n-- revision: x\nSELECT 1;\n")
    project.write("latin.sql", b"SELECT '\xfc';\n")
    project.write("damaged/versions/x.sql", "SELECT 1;\n")
    project.write("python/versions/x.py", "revision = 'x'\n")
    (project.folder / "fresh/versions").mkdir(parents=True)
    ini = (project.folder / "alembic.ini").read_text()
    ini += "\n[damaged]\nscript_location = damaged\n[python]\nscript_location = python\n"
    for section, setting in (("zone", "timezone = Mars/Base"), ("template", "file_template = %%(what)s"),
                             ("hidden", "file_template = .%%(rev)s"), ("outside", "file_template = ../%%(rev)s"),
                             ("empty", "file_template = %%(slug)s")):
        ini += f"[{section}]\nscript_location = fresh\n{setting}\n"
    (project.folder / "alembic.ini").write_text(ini)
    assert said in project.refused(*words, code=code)
