"""A synthetic but realistic day of the running-shoe demo: what the report tests and screenshots are made from.

Two engines (the model alone, and the model with pages) x 14 prompts x 3 repeats, with failed, refused and
empty answers, null figures and hostile strings where a test asks for them. Seeded: always the same frames.
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl

from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.reporting.inputs import Provenance, ReportInputs
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

DAY = date(2026, 11, 24)
MONITOR = "demo"
ENGINES = {"smollm2": "local", "smollm2-grounded": "grounded"}
BRANDS = [
    ("larkstride", "Larkstride", "own"),
    ("nike", "Nike", "competitor"),
    ("adidas", "Adidas", "competitor"),
    ("asics", "ASICS", "competitor"),
    ("brooks", "Brooks", "competitor"),
    ("hoka", "Hoka", "competitor"),
    ("new-balance", "New Balance", "competitor"),
    ("saucony", "Saucony", "competitor"),
    ("ombrevale", "Ombrevale", "control"),
]
NAMES = {brand_id: name for brand_id, name, _ in BRANDS}
PROMPTS = [
    ("daily-trainer", "Which running shoes are best for daily training?", "discovery", False),
    ("beginner", "I am new to running. What shoes should I buy?", "discovery", False),
    ("marathon", "What shoes would you wear for a first marathon?", "discovery", False),
    ("wide-feet", "Which running shoes suit wide feet?", "problem", False),
    ("flat-feet", "What are good running shoes for flat feet?", "problem", False),
    ("trail", "Which trail running shoes grip well on wet rock?", "discovery", False),
    ("budget", "What is a good running shoe under 100 euros?", "price", False),
    ("cushioned", "Which running shoe has the softest cushioning?", "comparison", False),
    ("durable", "Which running shoes last the longest?", "comparison", False),
    ("heavy-runner", "What running shoes are good for a heavy runner?", "problem", False),
    ("sustainable", "Which running shoe brands are the most sustainable?", "discovery", False),
    ("rain", "What running shoes keep feet dry in the rain?", "problem", False),
    ("own-opinion", "Is the Larkstride Dawn a good running shoe?", "evaluation", True),
    ("own-versus", "Larkstride Dawn or Nike Pegasus for daily training?", "evaluation", True),
]
PAGES = [
    (
        "http://trailreview.example/best-daily-trainers",
        "Best daily trainers, tested over 400 km",
        ["larkstride", "brooks", "asics"],
    ),
    ("http://trailreview.example/wet-rock", "Grip on wet rock: nine shoes compared", ["hoka", "larkstride"]),
    ("http://shoeforum.example/t/wide-feet", "Wide feet: what do you run in?", ["new-balance", "larkstride"]),
    ("http://paceshop.example/sale", "Running shoes under 100 euros", ["nike", "adidas", "saucony"]),
    ("http://larkstride.example/dawn", "Larkstride Dawn", ["larkstride"]),
    ("http://runlab.example/durability", "What wears out first", ["brooks", "asics", "hoka"]),
]
SOURCE_TYPES = {
    "trailreview.example": "editorial",
    "shoeforum.example": "community",
    "paceshop.example": "retailer",
    "larkstride.example": "own",
    "runlab.example": "institutional",
}
CHANCE = {
    "nike": 0.62,
    "adidas": 0.4,
    "asics": 0.3,
    "brooks": 0.25,
    "hoka": 0.12,
    "new-balance": 0.3,
    "saucony": 0.08,
}
HOSTILE = '<script>alert("x")</script>'


def day_inputs(
    *, history_days: int = 0, answers_per_prompt: int = 3, seed: int = 7, day: date = DAY
) -> ReportInputs:
    """Return the inputs of one day; ``history_days`` earlier days are added as history."""
    rng = random.Random(seed)
    answers, mentions, citations = _ask(rng, day, answers_per_prompt)
    frames = {
        "answers": _frame("raw/answers", answers),
        "answer_mentions": _frame("core/answer_mentions", mentions),
        "citations": _frame("core/citations", citations),
    }
    brands = _frame(
        "seed/brands",
        [
            {
                "brand_id": brand_id,
                "brand": name,
                "role": role,
                "aliases": [],
                "products": [],
                "domains": [],
                "exclusions": [],
            }
            for brand_id, name, role in BRANDS
        ],
    )
    metrics = conform("metrics/brand_metrics", brand_metrics(*frames.values(), brands))
    inputs = ReportInputs(
        monitor_id=MONITOR,
        market="running shoes",
        day=day,
        brands=brands,
        prompts=_frame(
            "seed/prompts",
            [
                {
                    "prompt_id": prompt_id,
                    "prompt_family": prompt_id,
                    "prompt_version": "v1",
                    "text": text,
                    "intent": intent,
                    "persona": None,
                    "locale": "en",
                    "is_branded": branded,
                }
                for prompt_id, text, intent, branded in PROMPTS
            ],
        ),
        brand_metrics=metrics,
        window_brand_metrics=_windows(metrics, day, history_days),
        source_influence=_influence(frames, day),
        brand_pageranks=_pageranks(day),
        page_snapshots=_pages(day),
        documents=_documents(day),
        provenance=Provenance(
            code_version="0.1.0",
            run_ids=("0f6f0b5e-3f0e-4d0f-9a43-6c3f0a0f3c11", "5d3c2f60-8f5d-4f8e-8f0c-0a5f3d9a1b22"),
            versions={"model file": "SmolLM2-135M-Instruct Q8_0", "extractor": "trafilatura 2.3.1"},
            model_seconds=96.4,
        ),
        **frames,
    )
    return (
        replace(inputs, history=_history(history_days, answers_per_prompt, seed, day))
        if history_days
        else inputs
    )


def _history(days: int, answers_per_prompt: int, seed: int, day: date) -> pl.DataFrame:
    earlier = [
        day_inputs(
            answers_per_prompt=answers_per_prompt, seed=seed + back, day=day - timedelta(days=back)
        ).brand_metrics
        for back in range(days, 0, -1)
    ]
    names = pl.DataFrame(BRANDS, schema=["subject", "brand", "role"], orient="row")
    joined = pl.concat(earlier).join(names, on="subject")  # brands only: domains have no role
    return conform(
        "marts/daily_brand_metrics", joined.select(list(polars_schema("marts/daily_brand_metrics")))
    )


def _frame(table: str, rows: Sequence[dict]) -> pl.DataFrame:
    """Return rows as a valid frame of ``table``; the day and monitor are filled in."""
    if not rows:
        return empty_frame(table)
    schema = polars_schema(table)
    filled = [{"date": DAY, "monitor_id": MONITOR, **row} for row in rows]
    return conform(
        table, pl.DataFrame([{name: row.get(name) for name in schema} for row in filled], schema=schema)
    )


def _ask(rng: random.Random, day: date, repeats: int) -> tuple[list[dict], list[dict], list[dict]]:
    answers, mentions, citations = [], [], []
    for engine_id, engine in ENGINES.items():
        for index, (prompt_id, text, intent, branded) in enumerate(PROMPTS):
            for repeat in range(repeats):
                row = {
                    "date": day,
                    "engine": engine,
                    "engine_id": engine_id,
                    "prompt_id": prompt_id,
                    "prompt_family": prompt_id,
                    "is_branded": branded,
                    "answer_id": hashlib.sha256(f"{day}{engine_id}{prompt_id}{repeat}".encode()).hexdigest()[
                        :20
                    ],
                }
                answer, named, cited = _answer(
                    rng, row, index, repeat=repeat, prompt_text=text, intent=intent
                )
                answers.append(answer)
                mentions += named
                citations += cited
    return answers, mentions, citations


def _answer(rng, row, index, *, repeat, prompt_text, intent):
    grounded = row["engine"] == "grounded"
    status, reason = "ok", None
    if repeat == 1 and index == 6:
        status, reason = (
            "failed",
            "The local server closed the connection (ConnectionResetError) after 3 attempts",
        )
    elif repeat == 2 and index == 9 and not grounded:
        status, reason = "empty", "The model returned no text"
    elif repeat == 0 and index == 4 and grounded:
        status, reason = "refused", "Opens with: I'm sorry, but I cannot give medical advice"
    pages = rng.sample(PAGES, 4) if grounded else []
    named = _named(rng, row, pages, index)
    sentences = ["When you choose a running shoe, comfort and fit matter more than anything else."]
    for brand_id in named:
        marker = next((f" [{n}]" for n, (_, _, brands) in enumerate(pages, 1) if brand_id in brands), "")
        sentences.append(
            rng.choice(
                [
                    f"{NAMES[brand_id]} is a popular choice for runners who want a soft ride{marker}.",
                    f"I would recommend {NAMES[brand_id]} because it is light and lasts for a long time{marker}.",
                    f"Many runners like {NAMES[brand_id]} for daily training and for long runs on the road{marker}.",
                ]
            )
        )
    sentences.append("It is also a good idea to try several pairs in a shop before you decide.")
    text = " ".join(sentences) if status == "ok" else None
    answer = {
        **row,
        "prompt_version": "v1",
        "prompt_text": prompt_text,
        "intent": intent,
        "locale": "en",
        "repeat": repeat,
        "surface": row["engine"],
        "model": "SmolLM2-135M-Instruct",
        "served_model": "SmolLM2-135M-Instruct-Q8_0",
        "status": status,
        "reason": reason,
        "text": text,
        "finish_reason": "stop" if status == "ok" else None,
        "sources": [
            {"position": n, "url": url, "title": title, "document_id": _doc_id(url), "relation": "retrieved"}
            for n, (url, title, _) in enumerate(pages, 1)
        ],
        "context_hash": "c" * 12 if grounded else None,
        "asked_at": datetime(row["date"].year, row["date"].month, row["date"].day, 6, 0, tzinfo=UTC),
        "latency_ms": 1_400 + 2_000 * rng.random(),
        "input_tokens": 900 if grounded else 40,
        "output_tokens": 120 if status == "ok" else 0,
        "cost_usd": 0.0,
        "attempts": 3 if status == "failed" else 1,
        "is_reasked": False,
        "is_web": False,
        "is_cached": False,
        "possibly_paid": 0,
        "not_sent": [],
        "queries": [],
        "payload_hash": hashlib.sha256((text or "").encode()).hexdigest(),
        "run_id": "run-1",
    }
    if text is None:
        return answer, [], []
    return answer, _mentions(row, text, named), _citations(row, text, pages)


def _named(rng, row, pages, index):
    named = [brand for brand, chance in CHANCE.items() if rng.random() < chance * (0.4 + (index * 7 % 5) / 4)]
    on_pages = {brand for _, _, brands in pages for brand in brands}
    if "larkstride" in on_pages and rng.random() < (0.6 if index % 3 else 0.15):
        named.insert(0, "larkstride")
    return named


def _mentions(row, text, named):
    found = []
    for rank, brand_id in enumerate(named, 1):
        start = text.index(NAMES[brand_id])
        sentence_start = text.rfind(". ", 0, start) + 2
        sentence = text[sentence_start : text.index(".", start) + 1]
        kind = "recommended" if "recommend" in sentence else "named"
        found.append(
            {
                **row,
                "brand_id": brand_id,
                "surface": NAMES[brand_id],
                "start": start,
                "end": start + len(NAMES[brand_id]),
                "kind": kind,
                "is_counted": True,
                "reason": "a tracked name as a word",
                "entity_rank": rank,
                "prominence": 1 - start / len(text),
                "sentence": sentence,
                "sentence_start": sentence_start,
            }
        )
    return found


def _citations(row, text, pages):
    found = []
    for position, (url, title, _) in enumerate(pages, 1):
        own = url.startswith("http://larkstride.example")
        base = {
            **row,
            "url": url,
            "domain": url.split("/")[2],
            "title": title,
            "document_id": _doc_id(url),
            "source_type": SOURCE_TYPES[url.split("/")[2]],
            "page_type": "product" if own else "listicle" if "best" in url else None,
            "brand_id": "larkstride" if own else None,
            "position": position,
        }
        count = text.count(f"[{position}]")
        found.append({**base, "relation": "retrieved", "marker_count": count})
        if count:
            found.append(
                {
                    **base,
                    "relation": "cited",
                    "marker_count": count,
                    "first_offset": text.index(f"[{position}]"),
                }
            )
    return found


def _doc_id(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _windows(metrics: pl.DataFrame, day: date, history_days: int) -> pl.DataFrame:
    names = pl.DataFrame(BRANDS, schema=["brand_id", "brand", "role"], orient="row")
    rows = []
    for window in (7, 28):
        days = min(window, history_days + 1)
        wanted = metrics.filter(pl.col("metric").is_in(["visibility", "share_of_voice"])).rename(
            {"subject": "brand_id"}
        )
        rows += [
            {
                **row,
                "window_days": window,
                "days_with_answers": days,
                "n": row["n"] * days,
                "served_models": 1,
            }
            for row in wanted.join(names, on="brand_id").iter_rows(named=True)
        ]
    return _frame("marts/window_brand_metrics", rows)


def _influence(frames: dict[str, pl.DataFrame], day: date) -> pl.DataFrame:
    rows = []
    ok = frames["answers"].filter(
        (pl.col("engine") == "grounded") & ~pl.col("is_branded") & (pl.col("status") == "ok")
    )
    for url, title, page_brands in PAGES:
        sources = frames["citations"].filter(pl.col("url") == url)
        having = set(sources.filter(pl.col("relation") == "retrieved")["answer_id"]) & set(ok["answer_id"])
        citing = set(sources.filter(pl.col("relation") == "cited")["answer_id"]) & set(ok["answer_id"])
        for brand_id in ("larkstride", "nike"):
            naming = set(frames["answer_mentions"].filter(pl.col("brand_id") == brand_id)["answer_id"]) & set(
                ok["answer_id"]
            )
            others = set(ok["answer_id"]) - having
            with_rate = len(naming & having) / len(having) if having else None
            rows.append(
                {
                    "date": day,
                    "engine": "grounded",
                    "engine_id": "smollm2-grounded",
                    "url": url,
                    "domain": url.split("/")[2],
                    "title": title,
                    "brand_id": brand_id,
                    "page_names_brand": brand_id in page_brands,
                    "answers": len(ok),
                    "answers_with_source": len(having),
                    "answers_citing": len(citing),
                    "prompts_with_source": ok.filter(pl.col("answer_id").is_in(list(having)))[
                        "prompt_id"
                    ].n_unique(),
                    "mention_rate_with": with_rate,
                    "mention_rate_without": len(naming & others) / len(others) if others else None,
                    "lift": with_rate / (len(naming) / len(ok)) if with_rate is not None and naming else None,
                    "lift_lower": None,
                    "lift_upper": None,
                    "flags": None,
                    "reason": None if having and naming else "brand_never_named",
                }
            )
    return _frame("metrics/source_influence", rows)


def _pageranks(day: date) -> pl.DataFrame:
    return _frame(
        "graph/brand_pageranks",
        [
            {
                "date": day,
                "brand_id": "larkstride",
                "node_id": f"page:{url}",
                "kind": "page",
                "label": url,
                "score": 0.2 / (1 + n),
                "lower": 0.1 / (1 + n),
                "upper": 0.3 / (1 + n),
                "flags": ["approximate_under_30_prompts"],
            }
            for n, (url, _, _) in enumerate(PAGES)
        ],
    )


def _pages(day: date) -> pl.DataFrame:
    fetched = datetime(day.year, day.month, day.day, 5, 30, tzinfo=UTC)
    rows = [
        {
            "url": url,
            "final_url": url,
            "outcome": "ok",
            "status": 200,
            "content_type": "text/html",
            "size_bytes": 14_200 + 900 * n,
        }
        for n, (url, _, _) in enumerate(PAGES)
    ]
    for path, outcome, reason, status in [
        ("members/tests", "robots_disallowed", "robots.txt forbids this path", None),
        ("old-page", "http_error", "HTTP 404", 404),
        ("all-shoes-ever", "too_large", "more than 5,000,000 bytes", 200),
    ]:
        url = f"http://trailreview.example/{path}"
        rows.append(
            {
                "url": url,
                "final_url": url,
                "outcome": outcome,
                "reason": reason,
                "status": status,
                "size_bytes": 0,
            }
        )
    return _frame(
        "raw/page_snapshots",
        [
            {"date": day, "site_id": "web", "redirects": [], "fetched_at": fetched, "latency_ms": 12.0, **row}
            for row in rows
        ],
    )


def _documents(day: date) -> pl.DataFrame:
    return _frame(
        "core/documents",
        [
            {
                "date": day,
                "document_id": _doc_id(url),
                "url": url,
                "domain": url.split("/")[2],
                "title": title,
                "language": "en",
                "text": title,
                "word_count": 420,
                "links": [],
                "content_hash": "0" * 64,
                "extractor": "trafilatura 2.3.1",
                "is_reused": False,
            }
            for url, title, _ in PAGES
        ],
    )
