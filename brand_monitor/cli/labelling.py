"""The labeller of the terminal: one pair on the screen, one line of keys, saved at once.

Belongs here: the dialogue. Not here: drawing pairs and what labels say. The machine's own opinion is not
shown, only where it found the brand: a person who sees an opinion tends to share it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import typer

from brand_monitor.domain.gold.pairs import GoldPair
from brand_monitor.golden import write_gold
from brand_monitor.reporting.text import plain, plural
from brand_monitor.schemas.core import MENTION_KINDS

NONE, UNCLEAR, BACK, QUIT, HELP = "0", "u", "b", "q", "?"
_OPEN, _CLOSE = ">>", "<<"
_MOST = 20_000


@dataclass
class Labeller:
    """Asks for the labels of pairs and saves each.

    Attributes:
        file: Where the gold set is saved.
        pairs: The gold set, in the order of the file; labels are put into it.
        answers: Rows of ``raw/answers`` by id.
        spans: Where the machine found a brand, by (answer, brand): character offsets, in order.
        brands: Rows of ``seed/brands`` by id.
    """

    file: Path
    pairs: list[GoldPair]
    answers: Mapping[str, Mapping[str, Any]]
    spans: Mapping[tuple[str, str], Sequence[tuple[int, int]]]
    brands: Mapping[str, Mapping[str, Any]]
    _history: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Ask until every pair is done or the person leaves."""
        typer.echo(legend())
        while (at := next(self._open(), None)) is not None:
            pair = self.pairs[at]
            if pair.answer_id not in self.answers:
                typer.echo(f"The answer {pair.answer_id} is gone from the lake: counted as unclear.")
                self._put(at, replace(pair, is_unclear=True))
                continue
            self._show(pair)
            if not self._ask(at):
                break
        done = sum(pair.is_done for pair in self.pairs)
        typer.echo(f"\n{done} of {len(self.pairs)} labelled: {self.file}")

    def _open(self) -> Iterator[int]:
        return (at for at, pair in enumerate(self.pairs) if not pair.is_done)

    def _ask(self, at: int) -> bool:
        """Take keys until the pair is labelled or another is to be shown; False to leave."""
        while True:
            keys = typer.prompt("Keys", prompt_suffix=" > ").strip().lower()
            if keys == QUIT:
                return False
            if keys == HELP:
                typer.echo(legend())
                continue
            if keys == BACK:
                return self._undo()
            try:
                self._put(at, labelled(self.pairs[at], keys))
            except ValueError as error:
                typer.echo(str(error))
                continue
            self._history.append(at)
            return True

    def _undo(self) -> bool:
        if self._history:
            last = self._history.pop()
            self._put(last, replace(self.pairs[last], labels=None, is_unclear=False))
        else:
            typer.echo("Nothing was labelled yet that could be taken back.")
        return True

    def _put(self, at: int, pair: GoldPair) -> None:
        self.pairs[at] = pair
        write_gold(self.file, self.pairs)

    def _show(self, pair: GoldPair) -> None:
        answer, brand = self.answers[pair.answer_id], self.brands.get(pair.brand_id, {})
        spans = self.spans.get((pair.answer_id, pair.brand_id), ())
        names = [brand.get("brand", pair.brand_id), *brand.get("aliases", []), *brand.get("products", [])]
        done = sum(one.is_done for one in self.pairs)
        typer.echo(f"\n{'=' * 100}\n{done + 1} of {len(self.pairs)}  {pair.engine_id}, {pair.date}")
        typer.echo(f"Question: {plain(str(answer['prompt_text']))}")
        typer.secho(f"Brand:    {plain(', '.join(names))}", bold=True)
        typer.echo(f"{'-' * 100}\n{plain(marked(str(answer['text']), spans), _MOST)}\n{'-' * 100}")
        typer.echo(f"The machine marks {plural(len(spans), 'place')}.")


def keys_of_kinds() -> dict[str, str]:
    """Return key -> kind: the first letter of each kind that is still free."""
    keys: dict[str, str] = {}
    taken = {UNCLEAR, BACK, QUIT}
    for kind in MENTION_KINDS:
        key = next(letter for letter in kind if letter.isalpha() and letter not in taken)
        keys[key] = kind
        taken.add(key)
    return keys


def legend() -> str:
    """Return what every key means."""
    kinds = ", ".join(f"{key} {kind.replace('_', ' ')}" for key, kind in keys_of_kinds().items())
    return (
        f"How does the answer speak of the brand? Several keys for several ways: {kinds}.\n"
        f"{NONE} not at all (also a word that only looks like it), {UNCLEAR} unclear, {BACK} take back the "
        f"last, {QUIT} leave (all is saved), {HELP} this help."
    )


def labelled(pair: GoldPair, keys: str) -> GoldPair:
    """Return the pair with the labels that the keys stand for.

    Raises:
        ValueError: no key, an unknown one, or one that excludes another; says which there are.
    """
    if keys == UNCLEAR:
        return replace(pair, labels=None, is_unclear=True)
    if keys == NONE:
        return pair.labelled([])
    kinds = keys_of_kinds()
    if not keys or (wrong := sorted(set(keys) - set(kinds))):
        what = f"no key {', '.join(wrong)}" if keys else "no key given"
        raise ValueError(f"{what}; there are {', '.join([*kinds, NONE, UNCLEAR, BACK, QUIT, HELP])}")
    return pair.labelled([kinds[key] for key in keys])


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text with signs around the spans, which are in order and do not overlap."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _OPEN, text[start:end], _CLOSE]
        at = end
    return "".join([*parts, text[at:]])
