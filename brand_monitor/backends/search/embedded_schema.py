"""What one entry looks like inside tantivy: fields, analyser, keys.

Belongs here: whatever makes an older folder unreadable when it changes. Not here: writing and asking.
"""

from datetime import date
from typing import Any

from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.keys import identity

# The name stands in the index's schema: a changed analyser needs a new name, so that an index made by
# the old one is refused (rebuild it) instead of silently matching nothing.
ANALYSER = "english_words_1"


def schema() -> Any:
    """Return the fields; what is searched is stemmed, everything else is matched as it stands."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("title", "text"):
        builder.add_text_field(name, stored=True, tokenizer_name=ANALYSER)
    for name in ("day_key", "collection", "monitor_id", "entry_id", "url", "engine_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", stored=True, indexed=True, fast=True)
    builder.add_integer_field("identity", indexed=True, fast=True)
    return builder.build()


def analyser() -> Any:
    """Words, without case and accents, as English stems.

    No stop words are removed: "On" is a brand, and BM25 gives common words next to no weight anyway.
    """
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def document(key: str, monitor_id: str, day: date, collection: str, entry: Entry) -> Any:
    """Return the tantivy document of an entry."""
    import tantivy

    return tantivy.Document(
        day_key=key,
        collection=collection,
        monitor_id=monitor_id,
        day=day.toordinal(),
        identity=identity(monitor_id, entry.entry_id),
        entry_id=entry.entry_id,
        title=entry.title,
        text=entry.text,
        url=entry.url,
        engine_id=entry.engine_id,
    )


def entry_of(document: Any) -> Entry:
    """Return the entry of a stored document, without its language."""
    fields = {name: values[0] for name, values in document.to_dict().items()}
    return Entry(**{name: fields[name] for name in ("entry_id", "title", "text", "url", "engine_id")})
