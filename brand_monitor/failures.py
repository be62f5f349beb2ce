"""The failure taxonomy: every error that reaches a person is permanent or transient, by type.

Belongs here: the exception tree and nothing that raises it. A permanent failure needs a person (a wrong
file, a refused date, a missing partition); asking again cannot help, so nothing may retry it. A
transient failure may pass by itself (a time-out, a busy server) and may be retried with back-off.

    BrandMonitorError
    |- PermanentFailure
    |  |- MonitorFileError        a monitor file is wrong: file, line and field of every problem
    |  |- UnknownNameError        a monitor, brand, engine or table that does not exist
    |  |- MissingPartitionError   a partition that was never published
    |  |- SchemaViolationError    a frame that breaks the schema of its table
    |  |- PastPartitionError      the past cannot be re-asked
    |  |- BudgetError             the plan costs more than the monitor allows, or has no known price
    |  |- CallRejectedError       one call that its provider will never answer
    |  |- EngineStoppedError      an engine that nobody can ask until a person changes something
    |  |- ImportFileError         a file of captured answers that cannot be read at all
    |  |- PriceFileError          a price file is wrong: file, entry and field of every problem
    |  |- BlockedAddressError     an address that the scraper must not reach (SSRF guard)
    |  |- CorruptPayloadError     stored bytes that do not match their hash
    |  |- DamagedProjectionError  a search index or graph that cannot be read: rebuild it
    |  |- ClosedBackendError      a backend that is used after it was closed
    |  `- SetupError              something that set-up should have provided is missing
    `- TransientFailure
       |- EngineCallError         one call to a language model failed
       |- StorageError            a store that cannot be written just now, such as a full disk
       `- FetchError              one page could not be fetched
"""


class BrandMonitorError(Exception):
    """Base of all errors of this product. The message says what, where, and what to do."""


class PermanentFailure(BrandMonitorError):
    """Trying again cannot help; a person has to change something."""


class TransientFailure(BrandMonitorError):
    """May pass by itself; safe to retry with back-off."""


class MonitorFileError(PermanentFailure):
    """A monitor file is wrong. ``args`` holds every problem found, each with file, line and field."""

    def __str__(self) -> str:
        """Return all problems, one per line."""
        return "\n".join(str(problem) for problem in self.args)


class UnknownNameError(PermanentFailure):
    """A name that nothing in this installation carries; the message lists the known ones."""


class MissingPartitionError(PermanentFailure):
    """A partition was asked for that nobody has published; the message names it."""


class SchemaViolationError(PermanentFailure):
    """A frame breaks the registered schema of its table; nothing was written."""


class PastPartitionError(PermanentFailure):
    """Today's model was to be asked for a past date."""


class ImportFileError(PermanentFailure):
    """A file of captured answers cannot be read at all (a single bad row is a reject instead)."""


class PriceFileError(PermanentFailure):
    """A price file is wrong; the message names file, entry and field of each problem."""


class BlockedAddressError(PermanentFailure):
    """A URL leads to an address outside the public Internet and outside the allow-list."""


class CorruptPayloadError(PermanentFailure):
    """Stored bytes do not match their content hash."""


class DamagedProjectionError(PermanentFailure):
    """A projection on disk is damaged or of another version; nothing is lost, it is rebuilt from the lake."""


class ClosedBackendError(PermanentFailure):
    """A backend was used after ``close``."""


class SetupError(PermanentFailure):
    """Something that set-up provides is missing; the message names the command that brings it."""


class BudgetError(PermanentFailure):
    """The plan costs more than the monitor's budget leaves, or its price cannot be known."""


class _CallFailure(BrandMonitorError):
    """What the failures of a call to a language model carry.

    Attributes:
        fault: class of the failure, a value of ``backends.llm.faults.Fault``.
        is_half_answered: an earlier part of the answer had arrived, and will be charged.
    """

    def __init__(self, message: str, *, fault: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.is_half_answered = False


class CallRejectedError(_CallFailure, PermanentFailure):
    """One call that its provider will never answer; other calls may succeed."""


class EngineStoppedError(_CallFailure, PermanentFailure):
    """An engine that nobody can ask until a person changes something (key, money, model), or that is down.

    Calls that were not sent stay planned: a later run of the same day asks them.
    """


class EngineCallError(_CallFailure, TransientFailure):
    """One call to a language model failed in a way that may pass.

    Attributes:
        retry_after_seconds: how long the provider asks to wait, None if it does not say.
    """

    def __init__(self, message: str, *, fault: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, fault=fault)
        self.retry_after_seconds = retry_after_seconds


class FetchError(TransientFailure):
    """One page could not be fetched for a reason that may pass."""


class StorageError(TransientFailure):
    """A store cannot be written just now: a full disk, a database that is not there."""
