"""What an hour, a kilometre and a wait of a vehicle cost: decimal at the edge, whole units inside the engine."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, FloatArray, Int64Array

MOST_DECIMALS, LEAST_DECIMALS = 6, -3
"""Units that money is counted in: from a millionth to a thousand of the currency."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What driving costs a vehicle.

    Parameters
    ----------
    currency : str
        Code of the currency, such as "USD".
    per_hour, per_km, per_wait_hour : Decimal
        Of driving, of distance, of waiting.
    risk_factor : Decimal
        How much a unit of risk counts, as a factor.
    """

    currency: str
    per_hour: Decimal
    per_km: Decimal
    per_wait_hour: Decimal
    risk_factor: Decimal = Decimal(1)

    def __str__(self) -> str:
        said = f"{self.per_hour} per hour, {self.per_km} per km, {self.per_wait_hour} per hour of waiting"
        return f"{self.currency} {said}" + (f", risk counted {self.risk_factor} times" if self.risk_factor != 1 else "")


@dataclass(frozen=True, slots=True)
class Scale:
    """How money becomes whole units: ten to the power of `decimals` units make one of the currency.

    Examples
    --------
    >>> Scale(2).units(Decimal("1.255")), Scale(2).money(126)
    (126, 1.26)
    >>> Scale(3).per_ds(Decimal(36))
    1.0
    """

    decimals: int

    @property
    def per_one(self) -> Fraction:
        """Units in one of the currency."""
        return Fraction(10) ** self.decimals

    def units(self, amount: Decimal) -> int:
        """An amount in units, rounded half to even."""
        return round(Fraction(amount) * self.per_one)

    def per_ds(self, per_hour: Decimal) -> float:
        """Units a decisecond at a rate per hour."""
        return float(Fraction(per_hour) * self.per_one / DECISECONDS_PER_HOUR)

    def per_m(self, per_km: Decimal) -> float:
        """Units a metre at a rate per kilometre."""
        return float(Fraction(per_km) * self.per_one / 1000)

    def money(self, units: int) -> float:
        """Units as an amount of the currency."""
        return float(Fraction(units) / self.per_one)

    def amounts(self, units: Int64Array) -> FloatArray:
        """Many amounts of the currency; NaN where there is no way."""
        return np.where(units >= UNREACHABLE, np.nan, units / float(self.per_one))

    def __str__(self) -> str:
        return f"{Decimal(1).scaleb(-self.decimals):f}"
