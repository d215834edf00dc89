"""Whether a value from outside can be one of a fact."""

from __future__ import annotations

from datetime import date

from gorod.kernel.errors import BadInput
from gorod.kernel.expressions.data import Scalar, Type
from gorod.records.facts.data import FactDefinition


def fitting(known: FactDefinition, value: object) -> Scalar:
    """The value as the fact holds it. Dates as ISO text. Raises BadInput saying what is expected."""
    try:
        match known.type:
            case Type.BOOLEAN if isinstance(value, bool):
                return value
            case Type.DATE if isinstance(value, (str, date)):
                return value if isinstance(value, date) else date.fromisoformat(value)
            case Type.INT if isinstance(value, int) and not isinstance(value, bool):
                low, high = known.low, known.high
                if (low is None or value >= low) and (high is None or value <= high):
                    return value
                raise BadInput(
                    f"{known.name} is {value}, outside {low} to {high}", remedy="check the unit and the figure"
                )
            case Type.CODE if isinstance(value, str) and (not known.codes or value in known.codes):
                return value
    except ValueError as error:
        raise BadInput(f"{known.name}: {error}", remedy="write dates as YYYY-MM-DD") from error
    expected = " or ".join(known.codes) if known.codes else known.type.value
    raise BadInput(f"{known.name} is {value!r}", remedy=f"it must be {expected}")
