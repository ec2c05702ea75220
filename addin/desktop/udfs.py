"""The worksheet functions as UDFs of classic xlwings: ``=ROLLBOOK_RATE(B5:AF5)`` and so on.

They have a prefix, because ``RATE`` and ``CODE`` are functions of Excel's own. What they are given
by desktop Excel (tuples, dates as dates) becomes what the add-in's server is given.
"""

import functools
import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any

from addin import custom_functions
from addin.answers import VALUE
from addin.desktop.office import desk_here
from rollbook.problems import RollbookError

PREFIX = "rollbook_"
OTHER_NAMES = {
    "most_in_window": "window",
    "average_daily_attendance": "ada",
}  # where Excel's name is not that of the function

_DAY_ZERO = datetime(1899, 12, 30)  # of Excel's calendar on Windows
_SECONDS_A_DAY = 86_400


def as_sent(value: Any) -> Any:
    """Return what desktop Excel gives of cells as the add-in's server would be given it."""
    if isinstance(value, tuple | list):
        return [as_sent(one) for one in value]
    if isinstance(value, datetime):
        since = value.replace(tzinfo=None) - _DAY_ZERO
        return since.days + since.seconds / _SECONDS_A_DAY
    return "" if value is None else value


def _udf(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    defaults = [
        one.default if one.default is not inspect.Parameter.empty else None
        for one in inspect.signature(function).parameters.values()
    ]

    @functools.wraps(function)
    def udf(*cells: Any) -> Any:
        try:
            desk_here()
            given = [
                default if cell is None else as_sent(cell)
                for cell, default in zip(cells, defaults, strict=False)
            ]
            return function(*given)
        except RollbookError as error:
            return f"{VALUE} {error}"

    udf.__name__ = udf.__qualname__ = name
    known = getattr(function, "__xlfunc__", None)  # on Windows: what xlwings noted about it
    if known is not None:
        udf.__xlfunc__ = {**known, "name": name}  # type: ignore[attr-defined]
    return udf


def all_udfs() -> dict[str, Callable[..., Any]]:
    """Return every worksheet function under the name it has in desktop Excel."""
    names = {name: PREFIX + OTHER_NAMES.get(name, name) for name in custom_functions.__all__}
    return {udf: _udf(udf, getattr(custom_functions, name)) for name, udf in names.items()}


globals().update(all_udfs())
