"""Types of single fields of a monitor file: identifiers, texts, domains, language tags.

Belongs here: a type with what it must look like, used by more than one model. Not here: models, rules between
fields (``rules``).
"""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

IDENTIFIER_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
LOCALE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
# Only what is named like a secret: a monitor file must not send any other variable to an address of its own.
VARIABLE_PATTERN = r"^[A-Z][A-Z0-9_]{0,93}_(KEY|TOKEN)$"


def _bare_domain(value: str) -> str:
    """Return a host name in lower case; a whole address is refused rather than guessed at."""
    domain = value.lower().rstrip(".")
    if not re.fullmatch(r"[^\s/:@?#]+\.[^\s/:@?#.]+", domain):
        raise ValueError(f"must be a bare domain such as example.com (got {value!r})")
    return domain


def _host_and_port(value: str) -> str:
    """Return ``host:port``; both parts are needed, so that one open port opens no other."""
    parts = urlsplit(f"//{value}")
    try:
        complete = parts.hostname is not None and parts.port is not None
    except ValueError:
        complete = False
    if not complete or parts.netloc != value or parts.username is not None:
        raise ValueError(f"must be host:port such as 127.0.0.1:8080 (got {value!r})")
    return value


def digits_as_number(value: Any) -> Any:
    """Return digits as a number: the loader hands over every value as it is written."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
Locale = Annotated[str, StringConstraints(pattern=LOCALE_PATTERN)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)]
Variable = Annotated[str, StringConstraints(pattern=VARIABLE_PATTERN)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Domain = Annotated[Text, AfterValidator(_bare_domain)]
HostAndPort = Annotated[Text, AfterValidator(_host_and_port)]


class Strict(BaseModel):
    """A misspelt field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
