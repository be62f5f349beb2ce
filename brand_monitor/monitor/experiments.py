"""Experiments of a monitor file: which sources are taken away or moved, to see what the answer owes them.

Belongs here: the fields. Not here: rules between fields (``rules``), designs (``domain.designs``),
running them.
"""

from pydantic import Field

from brand_monitor.monitor.fields import Identifier, Strict


class Experiment(Strict):
    """Questions asked again and again over the same frozen pages, with some of them missing or moved.

    It runs when somebody starts it, never with the day. Calls of one prompt and engine: ``replicates`` times
    (all pages, none, each left out once, ``masks``, ``permutations``).
    """

    id: Identifier = Field(description="Stable id")
    prompts: list[Identifier] = Field(
        default=[], description="Prompts to ask, by id, as they stand; left out: all that are not branded"
    )
    engines: list[Identifier] = Field(min_length=1, description="Who is asked, by id; none that searches")
    documents: int = Field(default=4, ge=2, le=10, description="Pages in the context of a prompt")
    replicates: int = Field(default=3, ge=1, le=50, description="Independent draws of every arrangement")
    leave_one_out: bool = Field(default=True, description="Leave every page out once")
    masks: int = Field(default=0, ge=0, le=200, description="Random subsets of the pages")
    permutations: int = Field(default=0, ge=0, le=200, description="Random orders of the pages")
    seed: int = Field(default=0, ge=0, lt=2**31, description="The same seed draws the same arrangements")
