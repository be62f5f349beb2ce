"""The grader that asks a language model: any engine, through the journal, each question once for ever.

Belongs here: target -> planned calls -> grades, and the file of judgements. Not here: what is asked, and how
the reply is read (``judgements``).

A judgement is a paid call like any other: journaled before it is sent, counted against the budget, never
lost. It is filed by what was asked, so that a table that is derived again asks nobody. Judging a stored text
is not asking the past again: the text does not change.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from brand_monitor.backends.graders.judgements import (
    SYSTEM,
    VERSION,
    key_of,
    question_of,
    read_judgement,
    ungraded,
)
from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.planning import asked_spec, entries_of
from brand_monitor.backends.llm.progress import Progress, Report
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, MakeEngine, Stores, ask_day
from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.domain.sentiment.grading import LLM, Grade, Target
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question

#: Purpose of these calls in the journal; no table of answers is derived from them.
GRADE: Final = "grade"
_NOT_ASKED: Final = {"status": "not_asked", "text": None, "finish_reason": None, "cost_usd": 0.0}
_REASONS: Final = {"refused": "grader_refused", "empty": "grader_empty", "not_asked": "grader_not_asked"}


@dataclass(frozen=True)
class Judge:
    """Who judges: an engine of a monitor, today, with the stores of the installation."""

    monitor: Monitor
    engine: EngineSpec
    today: date
    stores: Stores
    make: MakeEngine
    run_id: str | None = None


class LlmGrader:
    """Grades by an engine. A target that it could not judge has no label, and a reason.

    Args:
        judge: Who judges.
        filed: Where judgements are kept.
        report: Called after each call.
        ask: Whether what is not filed yet is asked.
    """

    id = LLM

    def __init__(
        self,
        judge: Judge,
        filed: ObjectStore,
        report: Report = lambda _progress: None,
        *,
        ask: bool = True,
    ) -> None:
        self._judge = judge
        self._filed = filed
        self._report = report
        self._is_asking = ask
        #: What became of the calls of the last ``grade``.
        self.progress = Progress(planned=0)

    @property
    def version(self) -> str:
        """Version of the wording, and the model that is asked."""
        return f"{VERSION}.{'/'.join(self._judge.engine.answerer)}"

    def grade(self, targets: Sequence[Target]) -> list[Grade]:
        """Return one grade per target, in order; what is not filed yet is asked.

        The cost of a judgement stands with the first target that it serves.

        Raises:
            BudgetError: there is a budget, and no price for the model.
            TransientFailure: another process is asking the same, or a store cannot be written.
        """
        questions = [question_of(target) for target in targets]
        keys = [key_of(question, self._judge.engine.answerer) for question in questions]
        known = {key: said for key in dict.fromkeys(keys) if (said := self._read(key)) is not None}
        missing = {key: text for key, text in zip(keys, questions, strict=True) if key not in known}
        known |= dict.fromkeys(missing, _NOT_ASKED)
        if missing and self._is_asking:
            known |= self._asked(missing)
        served: set[str] = set()
        grades = []
        for key, target in zip(keys, targets, strict=True):
            grade = _grade(known[key], target)
            grades.append(replace(grade, cost_usd=0.0) if key in served else grade)
            served.add(key)
        return grades

    def _asked(self, missing: dict[str, str]) -> dict[str, dict[str, Any]]:
        """Ask what is missing and return, by key, what was said; what is whole is filed."""
        judge = self._judge
        day = AskedDay(judge.today, judge.today, judge.run_id)
        assignment = Assignment(judge.monitor, judge.engine, day, GRADE)
        self.progress = ask_day(assignment, list(self._plan(missing)), judge.stores, judge.make, self._report)
        entries = (
            entry
            for entry in judge.stores.journal.entries(assignment.shelf)
            if entry.spec.prompt_family in missing
        )
        frame = answers_frame(
            entries, payloads=judge.stores.payloads, surface="api", prices=judge.stores.prices
        )
        columns = ("status", "text", "finish_reason", "cost_usd")
        found = {
            row["prompt_family"]: {name: row[name] for name in columns} for row in frame.iter_rows(named=True)
        }
        for key, said in found.items():
            if said["status"] == "ok":
                self._filed.put(_path(key), json.dumps(said).encode())
        return found

    def _plan(self, missing: dict[str, str]) -> Iterator[JournalEntry]:
        judge = self._judge
        specs = (
            replace(
                asked_spec(judge.engine, _question(key, text), 0, judge.today),
                system=SYSTEM,
                web=False,
                country=None,
                temperature=0.0,
                seed=0,
            )
            for key, text in missing.items()
        )
        return entries_of(judge.monitor, judge.engine, judge.today, specs, purpose=GRADE)

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            said: dict[str, Any] = json.loads(self._filed.get(_path(key)))
        except (ObjectNotFoundError, ValueError):
            return None  # never asked, or a damaged file: the journal still has the answer of today
        return said


def _grade(said: dict[str, Any], target: Target) -> Grade:
    if said["status"] != "ok" or said["text"] is None:
        return ungraded(_REASONS.get(said["status"], "grader_failed"), said["cost_usd"])
    grade = read_judgement(said["text"], target, said["finish_reason"])
    return replace(grade, cost_usd=said["cost_usd"])


def _question(key: str, text: str) -> Question:
    return Question(id=key[:16], family=key, text=text, intent=GRADE, persona=None, locale="en", branded=True)


def _path(key: str) -> str:
    return f"judgements/{key[:2]}/{key}.json"
