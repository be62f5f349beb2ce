"""What unit tests of several commands share."""

from collections.abc import Iterator

import pytest

from brand_monitor_tests.provider_stubs.server import StubServer


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    """The only provider whose key is set: OpenAI, on loopback."""
    with StubServer("openai") as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
        yield server
