"""Moves an installation from its own files to the servers that its settings name.

Belongs here: what is moved, in which order, and what refuses. Not here: copying and comparing a lake
(``backends.objects.copying``) or a journal (``backends.tables.moving``), filling a projection.

Truth goes first, the lake before the journal, so that every payload that the journal names is there. Then the
projections are made from the lake. A target that holds what this home does not is another installation's, or
runs have used it since: every target is looked at before the first object is copied.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from brand_monitor.backends.objects.copying import Copied, copy_objects, foreign_keys
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.failures import SetupError
from brand_monitor.io_managers.lake import Lake

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from brand_monitor.backends.warehouse.interface import Warehouse

_ANOTHERS = "another installation's, or runs have used it since"
_SERVERS = "S3_BUCKET, DATABASE_URL, NEO4J_URI or OPENSEARCH_URL"
#: Told how far a long step is.
Report = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a person may ask for.

    Attributes:
        deployment: decides whether the tables of the database may be made.
        replace: write over objects of the lake that have other content in the bucket.
        full: compare the content of every object that is there already.
    """

    deployment: Deployment
    replace: bool = False
    full: bool = False


class ContentsDiffer(SetupError):
    """Objects of the bucket have other content than those of this home; they are listed."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(
            f"{len(keys)} objects of the bucket have other content, first {keys[0]}; they were left so, and "
            "the journal was not copied. With --replace the bucket gets what this home has"
        )
        self.keys = keys


def move(settings: Settings, options: Options, report: Report = lambda _line: None) -> Iterator[str]:
    """Move every store whose server is named, and yield a line about each when it is there and equal.

    Nothing of the home is changed. Repeat it to resume.

    Args:
        settings: of the installation, with the servers that it goes to.
        options: see there.
        report: told how far a long step is.

    Raises:
        SetupError: no server is named, or one holds what this home does not.
        StorageError: a store does not serve, or what arrived is not what was sent.
    """
    steps = [step for step in _STEPS if step.is_wanted(settings)]
    if not steps:
        raise SetupError(f"no server is named: set {_SERVERS}, see docs/backends.md")
    for step in steps:
        step.look(settings, options)
    for step in steps:
        yield f"{step.name}: {step.move(settings, options, report)}"


def _lake_of(settings: Settings) -> ObjectStore:
    """Return the lake that is truth: this home's own, or the bucket if the home has none."""
    own = settings.lake_dir
    return FolderStore(own) if own.is_dir() else open_objects(settings)


def _look_at_bucket(settings: Settings, _options: Options) -> None:
    bucket = open_objects(settings)
    if foreign := foreign_keys(_lake_of(settings), bucket):
        raise SetupError(
            f"the bucket holds {len(foreign)} objects that this home lacks, first {bucket.uri(foreign[0])}: "
            f"it is {_ANOTHERS}; name another S3_BUCKET or S3_PREFIX"
        )


def _move_lake(settings: Settings, options: Options, report: Report) -> str:
    if not settings.lake_dir.is_dir():
        return "this home has none of its own, nothing to copy"
    done = copy_objects(
        FolderStore(settings.lake_dir),
        open_objects(settings),
        replace=options.replace,
        full=options.full,
        report=lambda so_far: report(f"lake: {so_far.total:,} objects"),
    )
    if done.different:
        raise ContentsDiffer(done.different)
    return _told(done)


def _told(done: Copied) -> str:
    megabytes = f"{done.bytes_copied / 1e6:,.1f} MB"
    return f"{done.copied:,} objects copied ({megabytes}), {done.present:,} there already; all equal"


def _look_at_database(settings: Settings, options: Options) -> None:
    from brand_monitor.backends.tables.moving import refuse_another

    if (source := _own_journal(settings)) is not None:
        refuse_another(source, _database(settings, options))


def _move_journal(settings: Settings, options: Options, report: Report) -> str:
    from brand_monitor.backends.tables.moving import move_journal

    if (source := _own_journal(settings)) is None:
        return "this home has none of its own, nothing to copy"
    moved = move_journal(
        source,
        _database(settings, options),
        lambda table, rows: report(f"journal: {rows:,} rows of {table}"),
    )
    return "; ".join(f"{one.table} {one.copied:,} copied, {one.present:,} there already" for one in moved)


def _own_journal(settings: Settings) -> "Engine | None":
    """Return the journal in the file of this home, None if there is no such file."""
    from brand_monitor.backends.tables.engine import open_engine

    file = settings.state_dir / "journal.sqlite"
    return open_engine(f"sqlite:///{file}") if file.is_file() else None


def _database(settings: Settings, options: Options) -> "Engine":
    from brand_monitor.backends.bundles import migrates
    from brand_monitor.backends.tables.engine import open_engine

    return open_engine(settings.journal_url, migrates=migrates(options.deployment))


def _look_at_marts(settings: Settings, options: Options) -> None:
    """Open them: tables that are missing and may not be made refuse here. Their rows are replaced."""
    _warehouse(settings, options)


def _warehouse(settings: Settings, options: Options) -> "Warehouse":
    from brand_monitor.backends.bundles import migrates
    from brand_monitor.backends.warehouse.resource import open_warehouse

    return open_warehouse(settings, migrates=migrates(options.deployment))


def _publish_marts(settings: Settings, options: Options, _report: Report) -> str:
    from brand_monitor.defs.marts import marts_of

    warehouse = _warehouse(settings, options)
    lake = Lake(open_objects(settings))
    rows = warehouse.replace_all(lambda: marts_of(lake, warehouse.tables))
    return ", ".join(f"{count:,} rows of {table}" for table, count in rows.items()) or "the lake has none"


def _look_at_graph(settings: Settings, options: Options) -> None:
    from brand_monitor.backends.graph.rebuilding import held_days
    from brand_monitor.defs.graph import GraphLake

    with _opened("graph", settings, options) as store:
        foreign = set(held_days(store)) - set(GraphLake(Lake(_lake_of(settings))).days())
    _refuse_days("the graph of NEO4J_URI", sorted(map(str, foreign)), "name another server or NEO4J_DATABASE")


def _move_graph(settings: Settings, options: Options, _report: Report) -> str:
    from brand_monitor.backends.graph.rebuilding import rebuild
    from brand_monitor.defs.graph import GraphLake

    with _opened("graph", settings, options) as store:
        checks = rebuild(store, GraphLake(Lake(open_objects(settings))))
    nodes, edges = (sum(check.held[at] for check in checks) for at in (0, 1))
    return f"{len(checks):,} days rebuilt and equal, {nodes:,} nodes, {edges:,} edges"


def _look_at_search(settings: Settings, options: Options) -> None:
    from brand_monitor.backends.search.interface import COLLECTIONS

    lake = Lake(_lake_of(settings))
    known = {"documents": lake.days("core/documents"), "answers": lake.days("raw/answers")}
    with _opened("search", settings, options) as index:
        held = [(each, *one) for each in COLLECTIONS for one in index.days(each)]
    foreign = sorted(f"{each} of {monitor} on {day}" for each, monitor, day in held if day not in known[each])
    _refuse_days("the index of OPENSEARCH_URL", foreign, "name another OPENSEARCH_PREFIX")


def _move_search(settings: Settings, options: Options, _report: Report) -> str:
    from brand_monitor.backends.search.projection import rebuild
    from brand_monitor.defs.search import all_days

    lake = Lake(open_objects(settings))
    with _opened("search", settings, options) as index:
        total = rebuild(index, lambda: all_days(lake))
    return f"{total:,} entries rebuilt and equal"


def _opened(name: str, settings: Settings, options: Options) -> Any:
    """Open a projection as the deployment chooses."""
    from brand_monitor.backends.bundles import resources_for

    return resources_for(options.deployment, settings)[name].open()


def _refuse_days(where: str, foreign: list[str], advice: str) -> None:
    if foreign:
        raise SetupError(
            f"{where} holds {len(foreign)} days that this home lacks, first {foreign[0]}: it is {_ANOTHERS}; "
            f"{advice}"
        )


class _Step(NamedTuple):
    """One store: its name, whether its server is named, the look before anything is copied, and the move."""

    name: str
    is_wanted: Callable[[Settings], bool]
    look: Callable[[Settings, Options], None]
    move: Callable[[Settings, Options, Report], str]


_STEPS = (
    _Step("lake", lambda settings: settings.s3_bucket is not None, _look_at_bucket, _move_lake),
    _Step("journal", lambda settings: settings.database_url is not None, _look_at_database, _move_journal),
    _Step("marts", lambda settings: settings.database_url is not None, _look_at_marts, _publish_marts),
    _Step("graph", lambda settings: settings.neo4j_uri is not None, _look_at_graph, _move_graph),
    _Step("search", lambda settings: settings.opensearch_url is not None, _look_at_search, _move_search),
)
