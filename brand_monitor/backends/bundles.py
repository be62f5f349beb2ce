"""The only place that chooses backends: a deployment and its settings in, resources out.

Belongs here: which implementation stands behind each interface. Not here: the implementations.
"""

from typing import Any

from brand_monitor.backends.graders.resource import Graders
from brand_monitor.backends.graph.resource import LadybugGraphs
from brand_monitor.backends.llm.resource import SimulationStores
from brand_monitor.backends.objects.resource import FolderObjects
from brand_monitor.backends.search.resource import TantivyIndexes
from brand_monitor.backends.tables.resource import SqlJournal
from brand_monitor.backends.web.resource import HttpWeb
from brand_monitor.deployment import Deployment, Settings


def resources_for(deployment: Deployment, settings: Settings) -> dict[str, Any]:
    """Return the clients of outside systems for a deployment, by resource key.

    Every deployment uses the embedded defaults until a server is configured for it; ``deployment`` is
    where that choice will be made.
    """
    del deployment
    objects = FolderObjects(root=str(settings.lake_dir))
    journal = SqlJournal(url=settings.database_url)
    return {
        "objects": objects,
        "journal": journal,
        "stores": SimulationStores(home=str(settings.home), journal=journal, objects=objects),
        "graph": LadybugGraphs(path=str(settings.state_dir / "graph.lbug")),
        "search": TantivyIndexes(folder=str(settings.state_dir / "search")),
        "web": HttpWeb(),
        "grader": Graders(new_classifier=settings.feature_new_classifier),
    }
