"""The only place that chooses backends: a deployment and its settings in, resources out.

Belongs here: which implementation stands behind each interface. Not here: the implementations.

The configuration of a resource shows in the Dagster UI, so none carries a password: a resource that needs one
is given ``home`` and reads the settings when it is opened.
"""

from typing import Any

from brand_monitor.backends.graders.resource import Graders
from brand_monitor.backends.graph.resource import LadybugGraphs, Neo4jGraphs
from brand_monitor.backends.llm.resource import SimulationStores
from brand_monitor.backends.notify.resource import Alerts
from brand_monitor.backends.objects.resource import Objects
from brand_monitor.backends.search.resource import OpenSearchIndexes, TantivyIndexes
from brand_monitor.backends.tables.resource import SqlJournal
from brand_monitor.backends.warehouse.resource import Warehouses
from brand_monitor.backends.web.resource import HttpWeb
from brand_monitor.deployment import Deployment, Settings


def resources_for(deployment: Deployment, settings: Settings) -> dict[str, Any]:
    """Return the clients of outside systems for a deployment, by resource key.

    A server is used as soon as its variable names one, in every deployment alike: what was tried at home is
    what runs in production.
    """
    # Chosen where they are opened, since notebooks open them without Dagster.
    objects, journal = Objects(home=str(settings.home)), _journal(deployment, settings)
    return {
        "objects": objects,
        "journal": journal,
        "stores": SimulationStores(home=str(settings.home), journal=journal, objects=objects),
        "graph": _graph(settings),
        "search": _search(settings),
        "warehouse": _warehouse(deployment, settings),
        "web": HttpWeb(home=str(settings.home)),
        "alerts": Alerts(home=str(settings.home), objects=objects),
        "grader": Graders(new_classifier=settings.feature_new_classifier),
    }


def _journal(deployment: Deployment, settings: Settings) -> Any:
    return SqlJournal(home=str(settings.home), migrates=migrates(deployment))


def _warehouse(deployment: Deployment, settings: Settings) -> Any:
    return Warehouses(home=str(settings.home), migrates=migrates(deployment))


def migrates(deployment: Deployment) -> bool:
    """Return whether opening a database may make or change its tables."""
    # Elsewhere a person decides when the tables change: before the pods of a new version start.
    return deployment in {"local", "ci"}


def _graph(settings: Settings) -> Any:
    if settings.neo4j_uri is not None:
        return Neo4jGraphs(home=str(settings.home))
    return LadybugGraphs(path=str(settings.state_dir / "graph.lbug"))


def _search(settings: Settings) -> Any:
    if settings.opensearch_url is not None:
        return OpenSearchIndexes(home=str(settings.home))
    return TantivyIndexes(folder=str(settings.state_dir / "search"))
