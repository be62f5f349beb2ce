"""The parts of a report as its templates read them.

Belongs here: the shape of the view. Not here: filling it (model.py, panels.py) or writing it out (render.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from brand_monitor.domain.definitions import Definition
from brand_monitor.reporting.asides import CandidateRow, UncountedRow
from brand_monitor.reporting.changes import ChangesView
from brand_monitor.reporting.charts import ForestRow, PairRow, StripRow
from brand_monitor.reporting.citing import CitingView
from brand_monitor.reporting.effects import ExperimentView
from brand_monitor.reporting.engines import EngineView
from brand_monitor.reporting.evidence import AnswerView, Section
from brand_monitor.reporting.figures import Figure
from brand_monitor.reporting.grid import PromptRow
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.sentiments import SentimentView
from brand_monitor.reporting.sources import DomainView, PageView, SourceView
from brand_monitor.reporting.spending import CostRow
from brand_monitor.reporting.steadiness import ScatterRow, SteadyView
from brand_monitor.reporting.trends import WindowView


@dataclass(frozen=True, kw_only=True)
class OwnFigures:
    """An own brand's headline figures in one engine, and where the sentences behind them are."""

    brand: BrandView
    sentence: str
    visibility: Figure
    share: Figure
    section: Section | None


@dataclass(frozen=True, kw_only=True)
class EnginePanel:
    """One engine: its figures, drawings, sources, sentences and answers.

    Attributes:
        evidence: Brand, its visibility and the sentences that mention it, for every brand that is mentioned.
        silent: Names of the brands that no answer mentions.
    """

    engine: EngineView
    own: list[OwnFigures]
    most_named: str | None
    visibility: list[ForestRow]
    share: list[ForestRow]
    strips: list[StripRow]
    domains: list[DomainView]
    domains_rest: int
    sources: list[tuple[BrandView, list[SourceView], int]]
    pairs: list[PairRow]
    citing: CitingView
    changes: ChangesView | None
    sentiments: list[SentimentView]
    evidence: list[tuple[BrandView, Figure, Section]]
    silent: list[str]
    answers: list[AnswerView]


@dataclass(frozen=True, kw_only=True)
class MetricRow:
    """One metric of one subject, side by side over the engines."""

    name: str
    definition: Definition | None
    figures: list[Figure]


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A whole report, ready to be written out."""

    monitor_id: str
    market: str
    day: date
    own_names: str
    summary: list[str]
    control_named: bool
    engines: list[EngineView]
    panels: list[EnginePanel]
    tops: Mapping[str, float]
    days: list[date]
    side_by_side: list[tuple[BrandView, list[MetricRow]]]
    branded: list[tuple[BrandView, list[Figure]]]
    windows: list[WindowView]
    prompts: list[PromptRow]
    prompts_rest: int
    pageranks: list[tuple[BrandView, list[tuple[str, str, str, str]]]]
    pages: list[PageView]
    pages_total: int
    experiments: list[ExperimentView]
    candidates: list[CandidateRow]
    candidates_rest: int
    uncounted: list[UncountedRow]
    uncounted_rest: int
    steady: list[SteadyView]
    scatter: list[ScatterRow]
    cost_names: list[str]
    costs: list[CostRow]
    outcomes: Mapping[str, int]
    answers_total: int
    answers_shown: int
    figures: Sequence[Figure]
    figures_rest: int
    remarks: list[tuple[str, str]]
    definitions: list[tuple[str, Definition | None]]
    limits: list[str]
    provenance: list[tuple[str, str]]

    @property
    def absent(self) -> set[str]:
        """Ids of the sections that this day has nothing for."""
        parts = {
            "changes": any(panel.changes for panel in self.panels),
            "sentiment": any(panel.sentiments for panel in self.panels),
            "effects": self.experiments,
            "candidates": self.candidates,
            "uncounted": self.uncounted,
            "steadiness": self.steady or self.scatter,
        }
        return {name for name, found in parts.items() if not found}

    @property
    def has_gold(self) -> bool:
        """Whether the rates stand beside corrected ones."""
        return any(one.corrected for one in self.steady)

    @property
    def has_embedded(self) -> bool:
        """Whether any answer of the day came from the embedded model."""
        return any(engine.is_embedded for engine in self.engines)
