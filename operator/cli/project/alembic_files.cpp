#include "cli/project/project_files.hpp"

namespace athanor::cli {

std::string_view env_py() {
  return R"py("""Lets `alembic` work on what `athanor` keeps: the same section, database and version table.

The SQL revisions are known to it here, so that `alembic current` and `alembic stamp` name them. They are run by
`athanor upgrade`, which locks the database, records what it did and goes on where it was interrupted.
"""
import logging
import os
import pathlib
import re
import types

from sqlalchemy import engine_from_config, pool

from alembic import context, util
from alembic.script import Script
from alembic.script.revision import RevisionMap

config = context.config
logging.basicConfig(level=logging.WARNING, format="%(levelname)-5.5s [%(name)s] %(message)s")
logging.getLogger("alembic").setLevel(logging.INFO)

# The metadata of your models, for `alembic revision --autogenerate`:
# from myapp.models import Base
# target_metadata = Base.metadata
target_metadata = None


def expanded(text):
    """${NAME} from the environment, $${ for a literal ${: as athanor reads the file."""
    def value(match):
        if match[1] is None:
            return "${"
        if match[1] not in os.environ:
            raise util.CommandError(f"{match[0]} in [{config.config_ini_section}] is not set in the environment")
        return os.environ[match[1]]
    return re.sub(r"\$\$\{|\$\{([^}]*)\}", value, text)


def option(name, default=""):
    return expanded(config.get_main_option(name) or default)


def sql_revision(path):
    """The head of an SQL revision as Alembic's kind of script."""
    head = {"message": ""}
    # Lines as athanor counts them: a message may hold what str.splitlines() takes for an end as well.
    for line in path.read_bytes().decode("utf-8-sig").split("\n"):
        if line.startswith("-- athanor:"):
            break
        if match := re.match(r"\s*--\s*(\w+)\s*:\s*(.*?)\s*$", line):
            head[match[1]] = match[2]
    if "revision" not in head:
        raise util.CommandError(f"{path} has no line `-- revision: ID`")
    revision_id = head["revision"]

    def names(key):
        return tuple(name.strip() for name in head.get(key, "").split(",") if name.strip() not in ("", "none"))

    def refuse(command):
        section = "" if config.config_ini_section == "alembic" else f"-n {config.config_ini_section} "
        target = getattr(config.cmd_opts, "revision", None) or revision_id
        raise util.CommandError(f"{path} is SQL, which athanor runs: athanor {section}{command} {target}")

    def upgrade():
        refuse("upgrade")

    def downgrade():
        refuse("downgrade")

    module = types.ModuleType(revision_id, head["message"])
    module.down_revision = names("down_revision") or None
    module.branch_labels = names("branch_labels")
    module.depends_on = names("depends_on")
    module.upgrade, module.downgrade = upgrade, downgrade
    return Script(module, revision_id, str(path))


def all_revisions(script):
    """Those in Python, and those in SQL that no script is there for: `athanor import` leaves both."""
    pattern = "**/*.sql" if option("recursive_version_locations").lower() == "true" else "*.sql"
    scripts = list(script._load_revisions())
    yield from scripts
    known = {one.revision for one in scripts}
    for folder in script.version_locations or [os.path.join(script.dir, "versions")]:
        for path in sorted(pathlib.Path(folder).glob(pattern)):
            if not path.is_file() or path.name.startswith("."):
                continue
            revision = sql_revision(path)
            if revision.revision not in known:
                yield revision


def include_object(object, name, type_, reflected, compare_to):
    """Keeps athanor's own tables out of what autogenerate would drop."""
    return not (type_ == "table" and (name.startswith("athanor_ledger") or object.schema == "athanor"))


def run_migrations(**target):
    context.configure(
        target_metadata=target_metadata,
        include_object=include_object,
        version_table=option("version_table", "alembic_version"),
        version_table_schema=option("version_table_schema") or None,
        **target,
    )
    with context.begin_transaction():
        context.run_migrations()


context.script.revision_map = RevisionMap(lambda: all_revisions(context.script))
url = option("sqlalchemy.url")
if context.is_offline_mode():
    run_migrations(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
else:
    settings = {**config.get_section(config.config_ini_section), "sqlalchemy.url": url}
    with engine_from_config(settings, poolclass=pool.NullPool).connect() as connection:
        run_migrations(connection=connection)
)py";
}

std::string_view script_py_mako() {
  return R"mako("""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
)mako";
}

}  // namespace athanor::cli
