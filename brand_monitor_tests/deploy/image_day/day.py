"""Runs inside the image: a day with sample pages and a stand-in of a provider, asked directly and through LiteLLM.

Prints what the command line printed, and then, as JSON, the modules that its processes imported without bytecode.
"""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from brand_monitor_tests.provider_stubs.server import StubServer

HOME = Path(os.environ["BRAND_MONITOR_HOME"])
LATE = Path("/tmp/late")
QUESTIONS = {
    "beginners": "Which brand of running shoes is best for beginners? Name a few brands.",
    "cushioned": "What are the best cushioned running shoes? Name a few brands.",
}


class Chat(BaseHTTPRequestHandler):
    """A server of somebody's own that speaks OpenAI's chat format."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        said = {"role": "assistant", "content": "Nike and Larkstride are both good."}
        reply = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "gpt-5-mini",
            "choices": [{"index": 0, "finish_reason": "stop", "message": said}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
        }
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        pass


def monitor(address: str) -> dict:
    asked = {"model": "gpt-5-mini", "repeats": 2}
    return {
        "version": 1,
        "id": "tiny",
        "market": "Running shoes",
        "demo_web": True,
        "scraping": {"delay_seconds": 0},
        "brands": [
            {"id": "larkstride", "name": "Larkstride", "role": "own", "domains": ["larkstride.example"]},
            {"id": "nike", "name": "Nike", "role": "competitor"},
            {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": name, "text": text} for name, text in QUESTIONS.items()],
        "sites": [
            {
                "id": "trailreview",
                "base_url": "http://trailreview.example",
                "pages": ["/best-cushioned-running-shoes", "/running-shoes-for-beginners"],
            }
        ],
        "engines": [
            {"id": "direct", "family": "openai", "web": True, **asked},
            {"id": "pages", "family": "grounded", **asked, "model": "openai/gpt-5-mini", "top_k": 2},
            {"id": "tail", "family": "litellm", **asked, "model": "openai/gpt-5-mini", "base_url": address},
        ],
        "budget": {"day_usd": 5.0},
    }


def main() -> None:
    LATE.mkdir()
    (HOME / "monitors").mkdir()
    chat = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=chat.serve_forever, daemon=True).start()
    with StubServer("openai") as stub:
        text = json.dumps(monitor(f"http://127.0.0.1:{chat.server_port}/v1"))
        (HOME / "monitors/tiny.yaml").write_text(text)
        settings = {"OPENAI_API_KEY": "sk-canary", "OPENAI_BASE_URL": stub.base_url}
        done = subprocess.run(
            ["brand-monitor", "run"],
            env=os.environ | settings | {"PYTHONPATH": str(Path(__file__).parent)},
            check=False,
            capture_output=True,
            text=True,
        )
    late = sorted({name for file in LATE.iterdir() for name in file.read_text().split()})
    ended = json.dumps({"exit": done.returncode, "late": late})
    sys.stdout.write(f"{done.stdout}\n{done.stderr}\n{ended}\n")


if __name__ == "__main__":
    main()
