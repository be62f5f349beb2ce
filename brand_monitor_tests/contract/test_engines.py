"""Engines with the real embedded model: they answer, keep their context, and leave no process behind."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from brand_monitor.backends.llm.embedded_model import EmbeddedModel
from brand_monitor.backends.llm.factory import engine_for, read
from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.deployment import Settings
from brand_monitor.failures import PermanentFailure, SetupError, UnknownNameError
from brand_monitor.monitor.models import EngineSpec

QUESTION = "Which running shoes are good for wide feet?"
CALL = Call("call-1", "m", QUESTION, 0, 24, (Message("user", QUESTION),), temperature=0.7, seed=11)
SETTINGS = Settings(Path("nowhere"))
LOCAL = EngineSpec(id="local", family="local")
GROUNDED = EngineSpec(id="grounded", family="grounded", top_k=2)
DOCUMENTS = pl.DataFrame(
    {
        "document_id": ["d1", "d2", "d3"],
        "url": ["http://a.example/wide", "http://b.example/", "http://c.example/"],
        "title": ["Shoes for wide feet", "Trail shoes", "Kettles"],
        "text": [
            "Runners with wide feet like the Larkstride Dawn. It has a roomy toe box for wide feet.",
            "Trail shoes need grip. These shoes are narrow.",
            "A kettle boils water.",
        ],
    }
)


def answers(spec: EngineSpec, *calls: Call) -> list[Mapping[str, Any]]:
    async def run() -> list[Mapping[str, Any]]:
        async with engine_for(spec, SETTINGS, documents=DOCUMENTS) as engine:
            return await asyncio.gather(*map(engine.ask, calls))

    return asyncio.run(run())


@pytest.mark.parametrize("spec", [LOCAL, GROUNDED], ids=lambda spec: spec.family)
def test_a_payload_survives_json_and_is_read_without_the_engine(spec: EngineSpec) -> None:
    [payload] = answers(spec, CALL)
    reading = read(json.loads(json.dumps(payload)))
    assert reading.status == "ok"
    assert reading.text
    assert reading.served_model == "SmolLM2-135M-Instruct.Q4_1"
    assert 0 < (reading.usage.output_tokens or 0) <= 24


def test_the_same_seed_repeats_and_another_seed_draws_anew() -> None:
    texts = [
        read(payload).text
        for payload in answers(LOCAL, CALL, CALL, replace(CALL, seed=12), replace(CALL, seed=13))
    ]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1


def test_the_context_of_a_grounded_answer_is_kept_to_the_letter() -> None:
    [payload] = answers(GROUNDED, CALL)
    reading = read(payload)
    retrieved = [source for source in reading.sources if source.relation == "retrieved"]
    assert [source.document_id for source in retrieved] == ["d1", "d2"]
    assert [source.position for source in retrieved] == [1, 2]
    assert payload["context"]["text"] in payload["request"]["messages"][-1]["content"]
    assert reading.context_hash == payload["context"]["hash"]


def test_citation_markers_are_read_back_to_documents() -> None:
    [payload] = answers(GROUNDED, CALL)
    said = json.loads(json.dumps(payload))
    said["response"]["choices"][0]["message"]["content"] = "Larkstride fits [1]. Not `[2]`, nor [9]."
    cited = [s.document_id for s in read(said).sources if s.relation == "cited"]
    assert cited == ["d1"]


def test_a_question_that_no_document_speaks_of_is_not_asked() -> None:
    with pytest.raises(PermanentFailure, match="no document of the day"):
        answers(GROUNDED, replace(CALL, prompt="Quarks?"))


def test_a_grounded_engine_without_documents_says_what_to_do() -> None:
    with pytest.raises(PermanentFailure, match="scrape the monitor's sites first"):
        engine_for(GROUNDED, SETTINGS, documents=DOCUMENTS.clear())


def test_an_unknown_model_and_a_captured_engine_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="gpt-9"):
        engine_for(EngineSpec(id="x", family="local", model="gpt-9"), SETTINGS)
    with pytest.raises(PermanentFailure, match="captured elsewhere"):
        engine_for(EngineSpec(id="x", family="import", model="ChatGPT"), SETTINGS)


def test_a_missing_model_file_names_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brand_monitor.backends.llm.embedded_model._PACKAGE", "no_such_package")
    with pytest.raises(SetupError, match="make setup"):
        answers(LOCAL, CALL)


def test_a_server_that_was_killed_is_started_again_by_the_next_call() -> None:
    async def run() -> tuple[int | None, int | None]:
        async with EmbeddedModel() as model:
            before = model.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            while model.pid is not None:  # noqa: ASYNC110 - the loop has to notice, there is no event
                await asyncio.sleep(0.01)
            await model.ask(CALL)
            return before, model.pid

    before, after = asyncio.run(run())
    assert after not in {None, before}


def test_the_server_ends_with_the_engine_also_after_an_error() -> None:
    async def run() -> int | None:
        model = EmbeddedModel()
        with contextlib.suppress(ZeroDivisionError):
            async with model:
                pid.append(model.pid)
                raise ZeroDivisionError
        return model.pid

    pid: list[int | None] = []
    assert asyncio.run(run()) is None
    assert pid[0] is not None
    assert not is_running(pid[0])


def test_the_server_dies_with_a_parent_that_is_killed() -> None:
    """No native process may stay behind when a run is killed."""
    script = (
        "import asyncio\n"
        "from brand_monitor.backends.llm.embedded_model import EmbeddedModel\n"
        "async def run():\n"
        "    async with EmbeddedModel() as model:\n"
        "        print(model.pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(run())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while is_running(child):
        assert time.monotonic() < deadline, "the model server outlived its parent"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()
