"""Pages for a browser: single files without scripts and without anything from a network."""

import html.parser
import re
import sqlite3

import pytest


class Page(html.parser.HTMLParser):
    """What a browser would show, and what it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.open, self.shown, self.fetched = [], "", []
        self.feed(text)
        assert self.open == [], "an element that nothing closes"

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        self.fetched += [value for key, value in attrs if key in ("src", "href") and not value.startswith("#")]
        assert tag not in ("script", "link", "iframe"), tag

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.shown += data


def page(workspace, name):
    text = (workspace.folder / name).read_text()
    shown = Page(text)
    assert shown.fetched == [] and "url(" not in text and "@import" not in text
    return shown.shown


@pytest.fixture
def project(workspace):
    """Two environments: one with a branch that is half applied, one whose database can't be asked."""
    workspace.environment.update(DATABASE_URL="sqlite:///local.db",
                                 DATABASE_URL_STAGING="postgresql://shop:s3cret@127.0.0.1:1/shop")
    workspace.made("init", "alembic/local")
    workspace.made("-n", "staging", "init", "alembic/staging")
    for identifier, head, message in (("a1", "base", "a <b> & \"c\""), ("b1", "a1", "one branch"),
                                      ("c1", "a1", "another branch")):
        splice = ["--splice"] if identifier == "c1" else []
        workspace.made("revision", "--rev-id", identifier, "-m", message, "--head", head, *splice, "--sql", "-",
                       input=f"CREATE TABLE {identifier} (i integer, note text);")
    workspace.made("upgrade", "b1")
    return workspace


def test_a_page_shows_every_environment_and_where_it_stands(project):
    project.made("history", "--html", "out/history.html")
    shown = page(project, "out/history.html")
    local, staging = re.split(r"\nstaging\n", shown)
    assert "At b1; 2 of 3 revisions applied, 1 pending." in local
    assert re.search(r"\* b1 one branch head alembic is here\n", local)
    assert "│ * c1 another branch (pending) head\n├─╯\n" in local
    assert "o a1 a <b> & \"c\"\n" in local
    assert "Where it stands is not known" in staging and "There are no revisions." in staging
    assert "s3cret" not in (project.folder / "out/history.html").read_text()


def test_a_range_has_no_page(project):
    assert "leave -r out" in project.refused("history", "--html", "x.html", "-r", "a1:", code=2)


def test_a_difference_stands_side_by_side(project):
    with sqlite3.connect(project.folder / "local.db") as database:
        database.execute("CREATE INDEX by_hand ON b1 (note)")
        database.execute("ALTER TABLE a1 ADD COLUMN more text DEFAULT '<&>'")
    made = project.made("diff", "current", "b1", "--html", "diff.html")
    shown = page(project, "diff.html")
    assert "From current to b1: 0 only in the second, 3 only in the first, 0 that differ." in shown
    assert "− index b1.by_hand only in the first" in shown and "'<&>'" in shown
    assert made.strip() in shown
    project.made("diff", "b1", "b1", "--html", "diff.html")
    assert "the two schemas are equal" in page(project, "diff.html")
