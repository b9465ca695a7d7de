"""Write a result to a file: whole or not at all, and never over another one without being told to."""

from __future__ import annotations

import os

import typer


def write_output(path: str, data: bytes, force: bool, option: str = "--output") -> None:
    """Write a file: into a new one beside it first, which then takes its name.

    Args:
        option: What the command line calls the path, for messages.

    Raises:
        typer.BadParameter: the file exists and `force` is not given, it is no
            regular file, or its folder cannot be written to.
    """
    require_free(path, force, option)
    try:
        _replace(os.path.realpath(path), data)  # a link stays a link
    except OSError as error:
        raise _refused(f"'{path}' cannot be written: {error.strerror}", option) from None


def require_free(path: str, force: bool, option: str) -> None:
    """Refuse a path over which nothing may be written, before long work as well as after it.

    Raises:
        typer.BadParameter: the file exists and `force` is not given, or it is no
            regular file, or there is no such folder.
    """
    target = os.path.realpath(path)
    if os.path.lexists(target):
        if not os.path.isfile(target):
            raise _refused(f"'{path}' is no regular file", option)
        if not force:
            raise _refused(f"'{path}' exists; --force writes over it", option)
    elif not os.path.isdir(os.path.dirname(target)):
        raise _refused(f"there is no folder '{os.path.dirname(path)}'", option)


def _replace(target: str, data: bytes) -> None:
    temporary = f"{target}.{os.getpid()}.new"
    with open(temporary, "xb") as stream:
        try:
            stream.write(data)
            stream.close()
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise


def _refused(reason: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(reason, param_hint=option)
