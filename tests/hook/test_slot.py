"""The slot is shared: whatever others assign, before or after, keeps working, and so does ours."""

from __future__ import annotations

from typing import Any

import pytest
import triton
from triton import knobs

import triton_lift
from tests.hook.conftest import FakePipeline
from tests.hook.kernels import compile_kernel, summary_of

NAME = "add_stages_inspection_hook"
# In 3.6 a hook is not asked for a key.
ASKED_FOR_KEY = not triton.__version__.startswith("3.6")


class UsersHook:
    """A hook as others write them: counts its calls, looks at the TTIR, has a key."""

    def __init__(self, key: str = "users-key") -> None:
        self.key = key
        self.compiles = 0
        self.keys = 0
        self.seen: list[str] = []

    def __call__(self, *args: Any) -> Any:
        if not args:
            self.keys += 1
            return self.key, self.key
        _, stages, *_ = args
        self.compiles += 1
        inner = stages["ttir"]

        def ttir(module: Any, metadata: Any) -> Any:
            result = inner(module, metadata)
            self.seen.append(str(result))
            metadata["users_note"] = "seen"
            return result

        stages["ttir"] = ttir
        return None


def check(hook: UsersHook, fake: FakePipeline, compiled: Any, lifted: bool) -> None:
    assert hook.compiles == 1 and len(hook.seen) == 1
    assert bool(hook.keys) == ASKED_FOR_KEY
    assert compiled.metadata.users_note == "seen"
    assert "lift." not in hook.seen[0], "the user's hook should see the module before us"
    assert len(fake.texts) == int(lifted)
    assert (summary_of(compiled) is not None) == lifted


def test_hook_assigned_before(fake: FakePipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = UsersHook()
    monkeypatch.setattr(knobs.runtime, NAME, hook)
    with triton_lift.lifting(strict=True):
        check(hook, fake, compile_kernel(), lifted=True)


def test_hook_assigned_after(fake: FakePipeline) -> None:
    hook = UsersHook()
    with triton_lift.lifting(strict=True):
        knobs.runtime.add_stages_inspection_hook = hook
        check(hook, fake, compile_kernel(), lifted=True)
    assert knobs.runtime.add_stages_inspection_hook is hook, "our leaving should not take the user's hook away"
    knobs.runtime.add_stages_inspection_hook = None


def test_reset_to_none_keeps_ours(fake: FakePipeline) -> None:
    with triton_lift.lifting(strict=True):
        knobs.runtime.add_stages_inspection_hook = UsersHook()
        knobs.runtime.add_stages_inspection_hook = None
        assert summary_of(compile_kernel())
    assert knobs.runtime.add_stages_inspection_hook is None


def test_deleted_attribute_keeps_ours(fake: FakePipeline) -> None:
    with triton_lift.lifting(strict=True):
        knobs.runtime.add_stages_inspection_hook = UsersHook()
        del knobs.runtime.add_stages_inspection_hook
        assert summary_of(compile_kernel())


def test_scope(fake: FakePipeline) -> None:
    inner = UsersHook()
    with triton_lift.lifting(strict=True):
        with knobs.runtime.scope():
            knobs.runtime.add_stages_inspection_hook = inner
            check(inner, fake, compile_kernel(), lifted=True)
        assert knobs.runtime.add_stages_inspection_hook == None  # noqa: E711 - what is in the slot stands for None
        assert summary_of(compile_kernel("softmax"))
        assert inner.compiles == 1


def test_enabled_inside_a_scope(fake: FakePipeline) -> None:
    with knobs.runtime.scope():
        triton_lift.enable(strict=True)
    assert summary_of(compile_kernel()), "the state is the process's, not the scope's"


def test_copy_of_the_knobs(fake: FakePipeline) -> None:
    hook = UsersHook()
    with triton_lift.lifting():
        knobs.runtime.add_stages_inspection_hook = hook
        assert knobs.runtime.copy().add_stages_inspection_hook == hook
        knobs.runtime.add_stages_inspection_hook = None


def test_save_and_restore_adds_no_link(fake: FakePipeline) -> None:
    with triton_lift.lifting(strict=True):
        for _ in range(3):
            before = knobs.runtime.add_stages_inspection_hook
            knobs.runtime.add_stages_inspection_hook = UsersHook()
            knobs.runtime.add_stages_inspection_hook = before
        compile_kernel()
        assert len(fake.texts) == 1
    assert knobs.runtime.add_stages_inspection_hook is None


def test_hook_that_calls_what_it_found(fake: FakePipeline) -> None:
    """The polite way to share a slot: keep what was there and call it."""
    with triton_lift.lifting(strict=True):
        found = knobs.runtime.add_stages_inspection_hook
        assert found is not None
        hook = UsersHook()

        def polite(*args: Any) -> Any:
            if not args:
                mine, theirs = hook(), found()
                return mine[0] + theirs[0], mine[1] + theirs[1]
            hook(*args)
            return found(*args)

        knobs.runtime.add_stages_inspection_hook = polite
        compiled = compile_kernel()
        knobs.runtime.add_stages_inspection_hook = None
    check(hook, fake, compiled, lifted=True)


def test_a_failing_user_hook_fails_as_ever(fake: FakePipeline) -> None:
    def hook(*args: Any) -> Any:
        if not args:
            return "k", "k"
        raise ValueError("the user's own")

    with triton_lift.lifting():
        knobs.runtime.add_stages_inspection_hook = hook
        try:
            with pytest.raises(ValueError, match="the user's own"):
                compile_kernel()
        finally:
            knobs.runtime.add_stages_inspection_hook = None


def test_disable_leaves_nothing(fake: FakePipeline) -> None:
    before = dict(type(knobs.runtime).__dict__)
    triton_lift.enable()
    assert type(knobs.runtime).__dict__[NAME] is not before[NAME]
    triton_lift.disable()
    assert dict(type(knobs.runtime).__dict__) == before
    assert summary_of(compile_kernel()) is None
    assert not fake.texts


def test_contexts_nest(fake: FakePipeline) -> None:
    with triton_lift.lifting("softmax"):
        with triton_lift.lifting("nothing_of_this_name"):
            compile_kernel("softmax")
            assert not fake.texts
        assert summary_of(compile_kernel("softmax"))
        assert summary_of(compile_kernel("add")) is None
