"""What a model is told before the question: the engine's system text, and who asks. Pure.

Belongs here: the words. Not here: sources (``grounding``), the question itself (the monitor file).
"""

#: A small model without any instruction writes essays; hosted models are asked as their users ask them.
SMALL_MODEL_INSTRUCTION = "You are a helpful assistant. Answer in a few sentences."


def system_text(instruction: str | None, persona: str | None, locale: str) -> str | None:
    """Return the system text, None if there is nothing to say: plain English from nobody in particular.

    Args:
        instruction: the engine's own system text.
        persona: who asks, in a few words.
        locale: language tag of the asker.
    """
    asker = f"You are talking to {persona}." if persona else None
    reader = f"Answer for a reader whose locale is {locale}." if locale != "en" else None
    return " ".join(filter(None, (instruction, asker, reader))) or None
