"""httpcore's pool, in which a connection that failed gives its place back, whatever it failed at.

httpcore itself keeps the place of a tunnel whose encryption fails. After as many failures as there are places, requests
would wait for a place for ever.
"""

import httpcore


class ExpendableConnection(httpcore.AsyncConnectionInterface):
    """A connection that is closed for good where a request fails on it."""

    def __init__(self, connection: httpcore.AsyncConnectionInterface) -> None:
        self._connection = connection
        self._failed = False

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """One request over it."""
        try:
            return await self._connection.handle_async_request(request)
        except httpcore.ConnectionNotAvailable:  # nothing was tried
            raise
        except BaseException:
            self._failed = True
            await self._connection.aclose()
            raise

    async def aclose(self) -> None:
        """Close it."""
        await self._connection.aclose()

    def info(self) -> str:
        """What httpcore's log says about it."""
        return self._connection.info()

    def can_handle_request(self, origin: httpcore.Origin) -> bool:
        """Whether it leads there."""
        return self._connection.can_handle_request(origin)

    def is_available(self) -> bool:
        """Whether it may carry a request now."""
        return not self._failed and self._connection.is_available()

    def has_expired(self) -> bool:
        """Whether it must not be used any more."""
        return self._connection.has_expired()

    def is_idle(self) -> bool:
        """Whether it carries no request."""
        return self._connection.is_idle()

    def is_closed(self) -> bool:
        """Whether its place is free."""
        return self._failed or self._connection.is_closed()


class ExpendablePool(httpcore.AsyncConnectionPool):
    """A pool of such connections."""

    def create_connection(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        """A new one, which is not connected yet."""
        return ExpendableConnection(super().create_connection(origin))
