"""What was typed for settings: secrets in memory alone, once the API has let us in with them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from uploader.actions.home import secret_store
from uploader.errors import UploaderError
from uploader.model.summary import Summary
from uploader.web.desk.work import Work


@dataclass(slots=True)
class TypedSettings:
    """Secrets by their templates' servers, what is plain by template. Any thread may call."""

    _secrets: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _plain: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the question's id."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plain(self, template: str) -> Mapping[str, str]:
        """What was typed last for the settings of a template that are no secrets, by the question's id."""
        return self._plain.get(template, {})

    def functions(self, servers: str) -> Mapping[str, Callable[[], str]] | None:
        """What gives the secrets for these servers that are at hand; None where none is."""
        return {name: _giving(value) for name, value in self._secrets.get(servers, {}).items()} or None

    def names(self) -> set[tuple[str, str]]:
        """The servers and the name of each secret at hand."""
        return {(servers, name) for servers, values in self._secrets.items() for name in values}

    def forget(self) -> None:
        """No secret is at hand any more."""
        with self._lock:
            self._secrets.clear()

    def settle(self, work: Work, template: str, servers: str) -> None:
        """A typed secret is kept while we run, once the API has let us in with it; else it is asked for anew."""
        summary = work.outcome
        if work.is_practice:
            return
        is_good = isinstance(summary, Summary) and _let_in(summary, work)
        self._plain[template] = work.may_be_typed_again
        with self._lock:
            if is_good:
                self._secrets.setdefault(servers, {}).update(work.ui.secrets)
            elif isinstance(summary, Summary) and summary.stopped is not None and not summary.interrupted:
                self._secrets.pop(servers, None)
        if is_good and work.ui.keeps_secrets:
            for name, value in work.ui.secrets.items():
                try:
                    secret_store.keep(servers, name, value)
                except UploaderError as why:
                    work.ui.tell(why.message)


def _let_in(summary: Summary, work: Work) -> bool:
    """Whether the API took what was typed, also where the person ended it then."""
    if summary.stopped is None:
        return summary.requests > 0
    return work.ui.was_let_in and (summary.interrupted or summary.stopped.code == "plan.declined")


def _giving(value: str) -> Callable[[], str]:
    return lambda: value
