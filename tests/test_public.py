"""The public surface, and the errors."""

import inspect

import wayaround as wa
from wayaround import errors


def test_all_lists_every_public_name() -> None:
    public = {name for name, value in vars(wa).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert public == set(wa.__all__)
    assert wa.__all__ == sorted(wa.__all__, key=lambda name: (name[0].islower(), name))


def test_every_error_is_a_builtin_too_and_stands_in_the_tree() -> None:
    classes = [
        value for value in vars(errors).values() if inspect.isclass(value) and value.__module__ == errors.__name__
    ]
    for each in classes:
        assert issubclass(each, wa.WayaroundError)
        assert each.__name__ in (errors.__doc__ or "")
        if each is not wa.WayaroundError:
            assert len(each.__bases__) == 2
            assert each.__bases__[1].__module__ == "builtins"


def test_public_names_are_documented() -> None:
    for name in wa.__all__:
        assert inspect.getdoc(getattr(wa, name)), name
