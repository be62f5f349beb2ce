"""Plans an experiment: freezes the sources of its questions and lays out the calls of its designs.

Belongs here: monitor file and documents -> journal entries, and what they will cost at most. Not here: the
arrangements themselves (``domain.designs``), showing them (``contexts``), sending the calls (``asking``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from brand_monitor.backends.llm.contexts import FrozenContext
from brand_monitor.backends.llm.grounding import context_of, grounded_call
from brand_monitor.backends.llm.interface import Call
from brand_monitor.backends.llm.planning import asked_spec, entries_of, seed_of
from brand_monitor.backends.llm.retrieval import PASSAGE_WORDS, Excerpt, Retriever
from brand_monitor.backends.llm.wording import system_text
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import EXPERIMENT, CallSpec, JournalEntry
from brand_monitor.domain.costs.pricing import Cost, Price, estimated_input, expected_cost
from brand_monitor.domain.designs import KINDS, Design, designs
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.experiments import Experiment
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question

#: Arms whose draws are paired: a source is missing or not, all else, the seed too, is the same.
_PAIRED = frozenset({"full", "leave_one_out"})
#: Of a word of a page, with the space, the number of its sentence and the title shared out; English has 6.
_WORD_CHARACTERS = 8


@dataclass(frozen=True)
class Prepared:
    """A question of an experiment with its frozen context; ``context_hash`` is where that is stored."""

    question: Question
    context: FrozenContext
    context_hash: str


@dataclass(frozen=True)
class Estimate:
    """What a plan comes to. Tokens and cost are upper bounds; the cost is null where a price is unknown."""

    calls: Mapping[str, int]
    input_tokens: int
    output_tokens: int
    cost: Cost

    @property
    def all_calls(self) -> int:
        """Calls of all kinds."""
        return sum(self.calls.values())


def questions_of(monitor: Monitor, experiment: Experiment) -> list[Question]:
    """Return what an experiment asks: its prompts as they stand, without their variants."""
    chosen = set(experiment.prompts)
    return [
        prompt.questions[0]
        for prompt in monitor.prompts
        if (prompt.id in chosen if chosen else not prompt.branded)
    ]


def known_contexts(entries: Iterable[JournalEntry], experiment_id: str) -> dict[tuple[str, str], str]:
    """Return the context hash of each (prompt id, prompt version) that the experiment has planned already."""
    return {
        (entry.spec.prompt_id, entry.spec.prompt_version): str(entry.spec.design["context_hash"])
        for entry in entries
        if entry.spec.design and entry.spec.design.get("experiment_id") == experiment_id
    }


def prepare(
    questions: Sequence[Question],
    wanted: int,
    *,
    known: Mapping[tuple[str, str], str],
    payloads: PayloadStore,
    retriever: Callable[[], Retriever],
    is_dry: bool = False,
) -> list[Prepared]:
    """Return the questions that have a context: the one frozen before, else what retrieval finds now.

    Args:
        questions: what is asked. One that no document speaks of is left out.
        wanted: most sources of a context; another number than before needs another context.
        known: see ``known_contexts``.
        payloads: where contexts are stored.
        retriever: makes what finds sources, at least ``wanted`` of them; called once, and only if needed.
        is_dry: store nothing; a context that was not frozen before then has a hash that leads nowhere.
    """
    prepared, found = [], None
    for question in questions:
        digest = known.get((question.id, question.version))
        context = _loaded(payloads, digest) if digest else None
        if digest is None or context is None or context.wanted != wanted:
            found = found or retriever()
            context = FrozenContext(question.text, wanted, tuple(found.find(question.text)[:wanted]))
            digest = f"not frozen: {question.id}" if is_dry else context.freeze(payloads)
        if context.sources:
            prepared.append(Prepared(question, context, digest))
    return prepared


def assumed(questions: Sequence[Question], wanted: int) -> list[Prepared]:
    """Return the questions with contexts that stand in for those of a day that has no documents yet.

    Each has all its sources, and each source is as long as a source may be.
    """
    source = Excerpt(1, "", "", "", "", " " * (PASSAGE_WORDS * _WORD_CHARACTERS))
    context = FrozenContext("", wanted, (source,) * wanted)
    return [Prepared(question, context, f"assumed: {question.id}") for question in questions]


def _loaded(payloads: PayloadStore, digest: str) -> FrozenContext | None:
    """Return a context, None if it is lost: then there is nothing to go on with, and it is frozen anew."""
    try:
        return FrozenContext.load(payloads, digest)
    except (ObjectNotFoundError, CorruptPayloadError):
        return None


def plan_experiment(
    monitor: Monitor,
    experiment: Experiment,
    engine: EngineSpec,
    day: date,
    prepared: Sequence[Prepared],
    *,
    is_reasked: bool = False,
) -> list[JournalEntry]:
    """Return one journal entry per prompt and row of its design. The same arguments give the same calls.

    A whole replicate of all prompts comes before the next one, so that a run that stops early (a budget, a
    person) has asked every arm about as often. The web is off: what is shown is the context alone.
    """
    rows = [(one, row) for one in prepared for row in _designs(experiment, len(one.context.sources))]
    rows.sort(key=lambda pair: pair[1].replicate)
    specs = [_spec(experiment, engine, day, one, row) for one, row in rows]
    return list(entries_of(monitor, engine, day, specs, purpose=EXPERIMENT, is_reasked=is_reasked))


def _designs(experiment: Experiment, k: int) -> list[Design]:
    return designs(
        k,
        replicates=experiment.replicates,
        leave_one_out=experiment.leave_one_out,
        masks=experiment.masks,
        permutations=experiment.permutations,
        seed=experiment.seed,
    )


def _spec(experiment: Experiment, engine: EngineSpec, day: date, one: Prepared, row: Design) -> CallSpec:
    question = one.question
    stream = "paired" if row.kind in _PAIRED else row.arm
    drawn = (experiment.id, experiment.seed, engine.id, question.id, question.version, day.isoformat())
    return replace(
        asked_spec(engine, question, row.replicate, day),
        # The instruction of a model that is asked alone has no place beside the one about the sources.
        system=system_text(engine.system, question.persona, question.locale),
        web=False,
        country=None,
        seed=seed_of(*drawn, stream, row.replicate),
        design={
            "experiment_id": experiment.id,
            "kind": row.kind,
            "arm": row.arm,
            "order": list(row.order),
            "replicate": row.replicate,
            "context_hash": one.context_hash,
            "k": len(one.context.sources),
        },
    )


def estimate(
    entries: Iterable[JournalEntry],
    prepared: Sequence[Prepared],
    price: Price | None,
    *,
    is_small_model: bool,
) -> Estimate:
    """Return what the calls of a plan come to at most, if each is sent once.

    Args:
        entries: the calls; those of ``plan_experiment``, or what is still pending of them.
        prepared: the contexts that they name.
        price: of the model; None where none is known.
        is_small_model: whether the answerer is shown a worked example too.
    """
    contexts = {one.context_hash: one.context for one in prepared}
    calls: Counter[str] = Counter()
    read, written, costs = 0, 0, []
    for entry in entries:
        design, longest = entry.spec.design or {}, entry.spec.max_tokens or 0
        context = contexts[design["context_hash"]]
        tokens = estimated_input(_characters(entry, context, is_small_model=is_small_model))
        calls[design["kind"]] += 1
        read, written = read + tokens, written + longest
        costs.append(expected_cost(price, input_tokens=tokens, max_tokens=longest))
    in_order = {str(kind): calls[kind] for kind in KINDS if calls[kind]}
    return Estimate(in_order, read, written, _sum(costs))


def _characters(entry: JournalEntry, context: FrozenContext, *, is_small_model: bool) -> int:
    """Return the length of all that a call shows the model."""
    spec = entry.spec
    asked = Call(
        call_id=entry.call_id,
        model=spec.model,
        prompt=spec.prompt_text,
        repeat=spec.repeat,
        max_tokens=spec.max_tokens or 0,
        messages=(),
        system=spec.system,
    )
    block = context_of([source.shown for source in context.arranged((spec.design or {})["order"])])
    shown = grounded_call(asked, block, is_small_model=is_small_model)
    return len(shown.system or "") + sum(len(message.content) for message in shown.messages)


def _sum(costs: Sequence[Cost]) -> Cost:
    """Return the sum; unknown with the first reason if any part is."""
    unknown = next((cost for cost in costs if cost.usd is None), None)
    if unknown or not costs:
        return unknown or Cost(0.0)
    return Cost(sum(cost.usd or 0.0 for cost in costs), costs[0].reason, costs[0].source)
