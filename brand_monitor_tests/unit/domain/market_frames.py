"""A small market written answer by answer, as the frames that the metrics read, and its figures."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

DAY = date(2026, 11, 24)
BRANDS = {
    "larkstride": ("own", ["larkstride.example"]),
    "nike": ("competitor", ["nike.example"]),
    "hoka": ("competitor", []),
    "ombrevale": ("control", []),
}


def brand_frame(
    monitor: str = "shoes", roles: dict[str, tuple[str, list[str]]] | None = None
) -> pl.DataFrame:
    rows = [
        {
            "monitor_id": monitor,
            "brand_id": brand_id,
            "brand": brand_id.title(),
            "role": role,
            "aliases": [],
            "products": [],
            "domains": domains,
            "exclusions": [],
        }
        for brand_id, (role, domains) in (BRANDS if roles is None else roles).items()
    ]
    return conform("seed/brands", pl.DataFrame(rows, schema=polars_schema("seed/brands")))


def prompt_frame(*prompts: str, monitor: str = "shoes") -> pl.DataFrame:
    row = {"prompt_version": "v", "intent": "discovery", "persona": None, "locale": "en", "is_branded": False}
    rows = [
        {"monitor_id": monitor, "prompt_id": one, "prompt_family": one, "text": f"Text of {one}?", **row}
        for one in prompts
    ]
    return conform("seed/prompts", pl.DataFrame(rows, schema=polars_schema("seed/prompts")))


def document_frame(*pages: str, monitor: str = "shoes") -> pl.DataFrame:
    """One document per page, ``domain/path``."""
    rows = [
        {
            "date": DAY,
            "monitor_id": monitor,
            "document_id": f"doc-{page}",
            "url": f"http://{page}",
            "domain": page.split("/")[0],
            "title": f"Our title of {page}",
            "text": "text",
            "word_count": 1,
            "links": [],
            "content_hash": "0",
            "extractor": "test",
            "is_reused": False,
        }
        for page in pages
    ]
    return conform("core/documents", pl.DataFrame(rows, schema=polars_schema("core/documents")))


def page_mention_frame(*mentions: tuple[str, str, str], monitor: str = "shoes") -> pl.DataFrame:
    """One mention per (page, brand, kind)."""
    span = {"surface": "x", "start": 0, "end": 1, "sentence": "x"}
    rows = [
        {
            "date": DAY,
            "monitor_id": monitor,
            "document_id": f"doc-{page}",
            "url": f"http://{page}",
            "brand_id": brand,
            "kind": kind,
            **span,
        }
        for page, brand, kind in mentions
    ]
    return conform("core/page_mentions", pl.DataFrame(rows, schema=polars_schema("core/page_mentions")))


@dataclass
class Market:
    """Answers of a day; ``ask`` adds one."""

    day: date = DAY
    monitor: str = "shoes"
    _answers: list[dict] = field(default_factory=list)
    _mentions: list[dict] = field(default_factory=list)
    _citations: list[dict] = field(default_factory=list)

    def ask(
        self,
        prompt: str,
        *named: str,
        engine: str = "alone",
        family: str = "local",
        surface: str = "local",
        branded: bool = False,
        status: str = "ok",
        recommended: tuple[str, ...] = (),
        uncounted: tuple[tuple[str, str], ...] = (),
        retrieved: tuple[str, ...] = (),
        cited: tuple[str, ...] = (),
        linked: tuple[str, ...] = (),
    ) -> "Market":
        """Add an answer that names these brands in this order and has these pages, ``domain/path``."""
        repeat = sum(row["prompt_id"] == prompt and row["engine_id"] == engine for row in self._answers)
        answer_id = f"{self.monitor}-{engine}-{prompt}-{self.day}-{repeat}"
        place = {"date": self.day, "monitor_id": self.monitor, "engine": family, "engine_id": engine}
        common = {**place, "answer_id": answer_id, "prompt_id": prompt, "is_branded": branded}
        self._answers.append(_answer(common, repeat, status, surface))
        order = list(dict.fromkeys(named))
        for brand in named:
            kind = "recommended" if brand in recommended else "named"
            self._mentions.append(_mention(common, brand, kind, rank=1 + order.index(brand)))
        self._mentions += [_mention(common, brand, kind, rank=None) for brand, kind in uncounted]
        for relation, pages in (("retrieved", retrieved), ("cited", cited), ("linked", linked)):
            self._citations += [
                _citation(common, relation, at, page) for at, page in enumerate(pages, start=1)
            ]
        return self

    @property
    def answers(self) -> pl.DataFrame:
        return _frame("raw/answers", self._answers)

    @property
    def mentions(self) -> pl.DataFrame:
        return _frame("core/answer_mentions", self._mentions)

    @property
    def citations(self) -> pl.DataFrame:
        return _frame("core/citations", self._citations)

    @property
    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        return self.answers, self.mentions, self.citations


def figures(market: Market, brands: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the brand metrics of a market, checked against their schema."""
    frame = brand_metrics(*market.frames, brand_frame() if brands is None else brands)
    return conform("metrics/brand_metrics", frame)


def figure(
    frame: pl.DataFrame, metric: str, subject: str, *, segment: str = "non_branded", engine: str = "alone"
) -> dict:
    """Return the only row of a figure."""
    found = frame.filter(metric=metric, subject=subject, segment=segment, engine_id=engine)
    assert len(found) == 1, f"{len(found)} rows for {metric} of {subject}"
    return found.row(0, named=True)


def _frame(table: str, rows: list[dict]) -> pl.DataFrame:
    return conform(table, pl.DataFrame(rows, schema=polars_schema(table))) if rows else empty_frame(table)


def _answer(common: dict, repeat: int, status: str, surface: str) -> dict:
    return {
        **common,
        "prompt_family": common["prompt_id"],
        "prompt_version": "v",
        "prompt_text": f"Text of {common['prompt_id']}?",
        "intent": "discovery",
        "locale": "en",
        "repeat": repeat,
        "surface": surface,
        "model": "tiny",
        "status": status,
        "reason": None if status == "ok" else status,
        "text": "text" if status == "ok" else None,
        "sources": [],
        "attempts": 1,
        "is_reasked": False,
        "is_web": False,
        "is_cached": False,
        "possibly_paid": 0,
        "not_sent": [],
        "queries": [],
    }


def _mention(common: dict, brand: str, kind: str, rank: int | None) -> dict:
    return {
        **common,
        "brand_id": brand,
        "surface": brand,
        "start": 0,
        "end": len(brand),
        "kind": kind,
        "is_counted": kind not in ("absent", "asked"),
        "reason": "test",
        "entity_rank": rank,
        "prominence": 1.0,
        "sentence": brand,
        "sentence_start": 0,
    }


def _citation(common: dict, relation: str, position: int, page: str) -> dict:
    return {
        **common,
        "relation": relation,
        "position": position,
        "url": f"http://{page}",
        "domain": page.split("/", maxsplit=1)[0],
        "title": f"Their title of {page}",
        "document_id": None,
        "source_type": "other",
        "marker_count": int(relation == "cited"),
    }
