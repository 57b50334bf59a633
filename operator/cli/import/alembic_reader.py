"""Writes down, as JSON, what a project's Alembic scripts are and what SQL they make.

`athanor import` has the user's own `alembic` load this file as the env.py of an environment made for the purpose: so
it runs in the Python that the program has, however it finds that. What it is asked for stands in request.json beside
it, and answer.json is what comes out. Alembic itself reads the configuration and the scripts, and runs the project's
env.py in offline mode, once for all upgrades and once for all downgrades. Each script's statements are taken where
Alembic hands them to its output, while the script's function runs: the version table's own statements, which come
before and after, are never among them.

Works with Alembic 1.8 and later.
"""

import configparser
import copy
import json
import os
import re
import sys
import traceback
import types
import warnings

from alembic import __version__, context, util
from alembic.config import CommandLine
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from sqlalchemy import exc
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.engine.url import make_url
from sqlalchemy.sql.compiler import Compiled
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import text

# Alembic's offline output has four spaces for every tab, within literals too, where an upgrade of a database keeps it.
TAB = "\ue000athanor:tab\ue000"


class CannotImport(Exception):
    """Its text is for a person, and is all that there is to say."""


class NoResult:
    """What a statement returns offline. Alembic's own None would pass for "no row" where a script only asks `if`."""

    def __getattr__(self, name):
        raise AttributeError(f"the script reads what a statement returned (.{name}), and offline there is no result")

    def _read(self, *_):
        raise TypeError("the script reads what a statement returned, and offline there is no result")

    __bool__ = __iter__ = __len__ = __getitem__ = _read


def execute_offline(migration_context, construct, *several, **single):
    """op.get_bind().execute(…), whose values Alembic's own offline connection would drop."""
    rows = [single] if single else []
    for given in several:
        rows += [given] if isinstance(given, dict) else list(given or [])
    if not rows:
        migration_context.impl._exec(construct)
    construct = text(construct) if isinstance(construct, str) else construct
    for row in rows:
        if isinstance(row, dict) and isinstance(construct, TextClause):
            migration_context.impl._exec(construct.bindparams(**row))
        elif isinstance(row, dict) and isinstance(construct, Insert):
            migration_context.impl._exec(construct.values(**row))
        else:
            raise CannotImport("the script gives values beside a statement, which offline have to stand in it. Write "
                               "them with op.inline_literal() or in the statement.")
    return NoResult()


class Recorder:
    """Where the statements go in place of Alembic's output."""

    def __init__(self):
        self.preamble = None  # what env.py runs before the revisions, while that is listened to
        self.statements = None  # those of the revision that runs
        self.autocommit = False  # it left its transaction

    def listen(self):
        """Takes the place of the output for good."""
        plain = Compiled.__str__
        Compiled.__str__ = lambda compiled: plain(compiled).replace("\t", TAB)
        DefaultImpl.static_output = lambda impl, text: self._take(text, impl.command_terminator)
        MigrationContext._stdout_connection = lambda made, connection: MockConnection(
            made.dialect, lambda *given, **named: execute_offline(made, *given, **named))
        DefaultImpl.emit_begin = DefaultImpl.emit_commit = lambda impl: self._leave_transaction()

    def _take(self, text, terminator):
        into = self.preamble if self.statements is None else self.statements
        if into is not None:
            text = text[:-len(terminator)] if text.endswith(terminator) else text
            into.append(text.replace(TAB, "\t"))

    def _leave_transaction(self):
        if self.statements is not None:
            self.autocommit = True

    def run(self, function, arguments):
        """@return {"statements": …, "autocommit": …} of one script's function"""
        self.statements, self.autocommit = [], False
        try:
            function(**arguments)
            return {"statements": self.statements, "autocommit": self.autocommit}
        finally:
            self.statements = None


def sql_script(known):
    """An SQL revision as Alembic's kind of script: one that others may come after, and that is never run."""
    module = types.ModuleType(known["revision"], "")
    module.down_revision = tuple(known["down_revisions"]) or None
    module.branch_labels = tuple(known["branch_labels"])
    module.depends_on = tuple(known["depends_on"])
    return Script(module, known["revision"], known["path"])


class OneRevision:
    """A step of Alembic's whose bookkeeping is the simplest there is: what the version table gets is not looked at."""

    def __init__(self, step, run):
        self._step, self._run = step, run

    def __getattr__(self, name):
        return getattr(self._step, name)

    def __str__(self):
        return str(self._step)

    def migration_fn(self, **arguments):
        self._run(self._step, arguments)

    def should_delete_branch(self, heads):
        return False

    def should_create_branch(self, heads):
        return True

    @property
    def insert_version_num(self):
        return self._step.revision.revision


class Environment:
    """The project, and its env.py run in offline mode."""

    def __init__(self, request, recorder):
        self._request, self._recorder = request, recorder
        self._secrets = set()
        self.dialect = None
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            self.script = ScriptDirectory.from_config(self._config("upgrade", "heads"))
            scripts = list(self.script._load_revisions())
            ids = {script.revision for script in scripts}
            both = scripts + [sql_script(known) for known in request["sql"] if known["revision"] not in ids]
            self.script.revision_map = RevisionMap(lambda: both)
            walked = [script for script in self.script.walk_revisions("base", "heads") if script.revision in ids]
            self.scripts = walked[::-1]
        for warning in told:
            # Alembic goes on with one of the two.
            if "more than once" in str(warning.message):
                raise CannotImport(f"{warning.message}. Give one of the scripts another id.")
        self._remember_secret(self._config("upgrade", "heads").get_main_option("sqlalchemy.url"))

    def _config(self, command, revisions):
        """As the command line makes it."""

        class OnlyTheConfig(CommandLine):
            def run_cmd(self, config, options):
                self.config = config

        line = OnlyTheConfig(prog="alembic")
        extra = [word for value in self._request["x"] for word in ("-x", value)]
        line.main(["-c", self._request["config"], "-n", self._request["section"], *extra, command, revisions, "--sql"])
        self._expand(line.config)
        return line.config

    def _expand(self, config):
        """${NAME} from the environment, as athanor reads the file. What is not set is left to env.py, which may know."""
        section, parser = self._request["section"], config.file_config

        def value(match):
            return os.environ[match[1]].replace("%", "%%") if match[1] in os.environ else match[0]

        for key, written in parser.items(section, raw=True) if parser.has_section(section) else ():
            if "${" in written:
                parser.set(section, key, re.sub(r"(?<!\$)\$\{([^}]*)\}", value, written))

    def _remember_secret(self, url):
        try:
            password = make_url(url).password if url else None
        except Exception:  # where the password stands in what is no URL can't be told
            password = url if re.search(":.*@", url) else None
        if password and len(str(password)) > 2:
            self._secrets.add(str(password))

    def without_secrets(self, text):
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", text)

    def run(self, command, steps, run_step):
        """Runs env.py, and `run_step(step, arguments)` for each of `steps` where it runs the revisions.

        @return the statements that env.py itself runs before them
        """
        revisions = "heads" if command == "upgrade" else "heads:base"
        preamble = []
        called = []

        def all_of_them(heads, migration_context):
            if called:
                raise CannotImport("env.py runs the revisions once for each of several databases (as the template "
                                   "multidb does). Import them one by one, with an env.py that runs one.")
            called.append(True)
            self._recorder.preamble = None
            self.dialect = migration_context.dialect.name
            migration_context.on_version_apply_callbacks = ()
            return [OneRevision(step, run_step) for step in steps]

        environment = EnvironmentContext(self._config(command, revisions), self.script, fn=all_of_them, as_sql=True,
                                         starting_rev=None, destination_rev=revisions.rpartition(":")[2])
        environment.configure = self._exact_configure(environment)
        self._recorder.preamble = preamble
        with environment:
            self.script.run_env()
        if not called:
            raise CannotImport("env.py runs no revision in offline mode (context.is_offline_mode() is true then). "
                               "Have it call context.configure(url=…) and context.run_migrations(), as the env.py "
                               "that alembic init makes does.")
        return preamble

    def _exact_configure(self, environment):
        """Literals are written out, exactly: percent signs and backslashes stand single, whatever env.py's call says."""
        plain = environment.configure

        def configure(*arguments, **options):
            options["literal_binds"] = True
            options["dialect_opts"] = {**(options.get("dialect_opts") or {}), "paramstyle": "named"}
            self._remember_secret(options.get("url"))
            plain(*arguments, **options)
            made = environment.get_context()
            # A copy, for a connection that env.py made has its dialect in use.
            dialect = copy.copy(made.dialect)
            dialect.paramstyle, dialect.positional = "named", False
            dialect.identifier_preparer = dialect.preparer(dialect)
            # SQLAlchemy assumes standard_conforming_strings = off until it has asked the server.
            dialect._backslash_escapes = False
            made.dialect = made.impl.dialect = dialect

        return configure


def described(script, environment):
    """What Alembic knows of a script."""
    known = environment.script.revision_map._revision_map

    def full(name):  # a dependency may be written as a part of an id
        return name if name in known else environment.script.get_revision(name).revision

    dates = re.findall(r"^Create Date: *(.*?) *$", script.longdoc, re.MULTILINE)
    return {"revision": script.revision,
            "down_revisions": list(util.to_tuple(script.down_revision, default=())),
            "branch_labels": list(script._orig_branch_labels),
            "depends_on": [full(name) for name in util.to_tuple(script.dependencies, default=())],
            "create_date": dates[0] if dates else "",
            "message": script.doc,
            "path": script.path}


def reason_of(error, environment=None):
    """The last line of the traceback, in one line."""
    if isinstance(error, configparser.InterpolationError):
        # Its own words repeat the value, which may be a URL with a password.
        return (f"the value of {error.option} in [{error.section}] can't be resolved: write %% for a percent sign, and "
                "%(key)s for the value of a key that is there")
    text = str(error) if isinstance(error, CannotImport) else "".join(
        traceback.format_exception_only(type(error), error))
    text = " ".join(text.split())
    if "literal" in text and ("render" in text or "quote" in text):
        text += ". Write the value as the SQL that it is: op.execute(\"INSERT INTO …\")"
    return environment.without_secrets(text) if environment else text


def line_of(error, path):
    """The line of the script at which it failed; 0: elsewhere."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if os.path.abspath(frame.filename) == os.path.abspath(path)]
    return lines[-1] if lines else 0


def read_project(request):
    recorder = Recorder()
    recorder.listen()
    environment = Environment(request, recorder)
    answer = {script.revision: described(script, environment) for script in environment.scripts}

    def run_step(step, arguments):
        direction = "upgrade" if step.is_upgrade else "downgrade"
        try:
            outcome = recorder.run(getattr(step.revision.module, direction), arguments)
        except (Exception, SystemExit) as error:
            outcome = {"error": reason_of(error, environment), "line": line_of(error, step.revision.path)}
        answer[step.revision.revision][direction] = outcome

    preambles = {}
    try:
        for command, scripts in ("upgrade", environment.scripts), ("downgrade", environment.scripts[::-1]):
            make = getattr(MigrationStep, f"{command}_from_script")
            steps = [make(environment.script.revision_map, script) for script in scripts]
            preambles[command] = environment.run(command, steps, run_step)
    except CannotImport:
        raise
    except (Exception, SystemExit) as error:
        way_out = ""
        if isinstance(error, (exc.ArgumentError, exc.NoSuchModuleError)):
            way_out = (f". Where env.py takes its URL from there, set sqlalchemy.url of [{request['section']}] in "
                       f"{request['config']}: offline it only tells whose SQL is wanted, as postgresql:// does")
        raise CannotImport(f"env.py cannot run offline: {reason_of(error, environment)}{way_out}") from error
    return {"alembic": __version__, "dialect": environment.dialect, "preambles": preambles,
            "revisions": list(answer.values())}


def main():
    folder = os.path.dirname(os.path.abspath(context.config.config_file_name))
    with open(os.path.join(folder, "request.json"), encoding="utf-8") as file:
        request = json.load(file)
    try:
        answer = read_project(request)
    except (Exception, SystemExit) as error:
        answer = {"error": reason_of(error)}
    with open(os.path.join(folder, "answer.json"), "w", encoding="ascii") as file:
        json.dump(answer, file)
    sys.stdout.flush()
    # The program that loaded this file would go on with its own command.
    os._exit(0)


main()
