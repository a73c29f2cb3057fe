"""One slot shared with others: a data descriptor that puts our hook behind whatever the user assigns.

Triton's ``knobs.runtime.add_stages_inspection_hook`` holds one callable. It is called without arguments for a cache key
``(key, hash)`` and with ``(backend, stages, options, language, capability)`` to edit the stages. The descriptor sits on
the type of ``knobs.runtime``; the user's hook stays in the instance's ``__dict__``, so that copying, resetting and
``knobs.runtime.scope()`` treat it as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Hook = Callable[..., Any]


class Ours(Protocol):
    """What we put behind the user's hook."""

    def cache_key(self) -> tuple[str, str]:
        """(text added to the cache key, text added to the in-memory specialisation); both empty when inactive."""
        ...

    def edit_stages(self, backend: Any, stages: dict[str, Any], options: Any, language: Any, capability: Any) -> None:
        """Wrap the stages in place."""
        ...


class Chained:
    """The user's hook, if any, followed by ours."""

    __slots__ = ("_ours", "user")

    def __init__(self, user: Hook | None, ours: Ours) -> None:
        self.user = user
        self._ours = ours

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs:
            answer = None if self.user is None else self.user(*args, **kwargs)
            self._ours.edit_stages(*args, **kwargs)
            return answer
        key, digest = self._ours.cache_key()
        if self.user is None:
            return key, digest
        user_key, user_digest = self.user()
        # A user's hook may call what it found in the slot, which was ours: then the key is in it already.
        if key and key in user_key:
            return user_key, user_digest
        return user_key + key, f"{user_digest}{digest}"

    def __eq__(self, other: object) -> bool:
        return self.user == (other.user if isinstance(other, Chained) else other)

    def __hash__(self) -> int:
        return hash(self.user)


class Slot:
    """The data descriptor."""

    def __init__(self, name: str, ours: Ours) -> None:
        self._name = name
        self._ours = ours
        self._alone = Chained(None, ours)

    def __get__(self, instance: Any, owner: type | None = None) -> Hook | None:
        if instance is None:
            return None  # the class attribute that it stands for
        user = instance.__dict__.get(self._name)
        return self._alone if user is None else Chained(user, self._ours)

    def __set__(self, instance: Any, value: Hook | None) -> None:
        # Saving what was read and assigning it back later must give the state of before, not a chain of chains.
        while isinstance(value, Chained):
            value = value.user
        instance.__dict__[self._name] = value

    def __delete__(self, instance: Any) -> None:
        if self._name not in instance.__dict__:
            raise AttributeError(self._name)
        del instance.__dict__[self._name]


class KeyMaker:
    """Triton 3.6's ``get_cache_key`` with our key behind it."""

    def __init__(self, inner: Any, ours: Ours) -> None:
        self._inner = inner
        self._ours = ours

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        return self._inner(*args, **kwargs) + self._ours.cache_key()[0]
