"""What a scenario file may say of vehicles: a profile by its name or with values of its own, and variants."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from wayaround.scenario_entries import MAX_WAIT_H, Currency, Entry, Money, Name


def _zero_or_from_one(value: float) -> float:
    if 0 < value < 1:
        raise ValueError("the value should be 0 or from 1 on")
    return value


SpeedKmh = Annotated[float, Field(ge=1, le=300)]
SpeedOrNone = Annotated[float, Field(ge=0, le=300), AfterValidator(_zero_or_from_one)]
Seconds = Annotated[float, Field(ge=0, le=MAX_WAIT_H * 3600)]
TimeFactor = Annotated[float, Field(ge=0, le=1000), AfterValidator(_zero_or_from_one)]


class ProfileOverride(Entry):
    """A profile of the package with values of its own; what each means says `wayaround.network.profiles.Profile`."""

    base: Name
    mode: Literal["car", "hgv"] | None = None
    speed_kmh: SpeedKmh | None = None
    weight_t: Annotated[float, Field(gt=0, le=1000)] | None = None
    height_m: Annotated[float, Field(gt=0, le=20)] | None = None
    hazmat: bool | None = None
    max_speed_kmh: SpeedKmh | None = None
    limit_share: Annotated[float, Field(ge=0.1, le=2)] | None = None
    limit_headroom: Annotated[float, Field(ge=1, le=10)] | None = None
    toll_booth_s: Seconds | None = None
    border_control_s: Seconds | None = None
    gate_s: Seconds | None = None
    ferry_boarding_s: Seconds | None = None
    destination_only_factor: TimeFactor | None = None
    private_factor: TimeFactor | None = None
    speed_kmh_by_class: dict[str, SpeedOrNone] | None = None
    max_kmh_by_surface: dict[str, SpeedKmh] | None = None
    currency: Currency | None = None
    per_hour: Money | None = None
    per_km: Money | None = None
    per_wait_hour: Money | None = None
    risk_factor: Money | None = None

    def values(self) -> dict[str, Any]:
        """What the table says, without its base."""
        return self.model_dump(exclude={"base"}, exclude_none=True)


_PROFILE_NAME, _PROFILE_TABLE = "profile by name", "profile by table"


def _name_or_table(profile: object) -> str | None:
    if isinstance(profile, dict | ProfileOverride):
        return _PROFILE_TABLE
    return _PROFILE_NAME if isinstance(profile, str) else None


ProfileEntry = Annotated[
    Annotated[Name, Tag(_PROFILE_NAME)] | Annotated[ProfileOverride, Tag(_PROFILE_TABLE)],
    Discriminator(
        _name_or_table, custom_error_type="name_or_table", custom_error_message="a vehicle should be a name or a table"
    ),
]


class VariantEntry(Entry):
    """One `[[variants]]` table: another vehicle, another party, or both."""

    profile: ProfileEntry | None = None
    party: Name | None = None

    @model_validator(mode="after")
    def _varies(self) -> "VariantEntry":
        if self.profile is None and self.party is None:
            raise ValueError("a variant has a profile, a party or both")
        return self
