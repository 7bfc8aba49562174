"""Which of many requests the journal knows: most are new, which is asked of all at once."""

from collections.abc import Iterable, Iterator

from uploader.journal import Journal
from uploader.model.resend import PriorRequest, ResendPolicy


def priors_of(fingerprints: Iterable[str], journal: Journal, policy: ResendPolicy) -> Iterator[PriorRequest | None]:
    """For each of these requests of no job yet, how it is known; None if it is not."""
    several = list(fingerprints)
    perhaps_known = journal.perhaps_known(several)
    return (journal.find_prior(one, policy) if one in perhaps_known else None for one in several)
