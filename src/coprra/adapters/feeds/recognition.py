"""Recognition: which profile reads a file, by its name, then by its content."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from coprra.adapters.feeds.declarations.profile import SHIPPED, TERMS, FeedProfile
from coprra.adapters.feeds.drafting.look import described, look_at
from coprra.adapters.feeds.formats.csv_reader import CsvFormat
from coprra.adapters.feeds.formats.heisse_preise import HeissePreiseFormat
from coprra.adapters.feeds.formats.records import OPENING_JSON, Format, Reader, first_sign, same_column
from coprra.adapters.feeds.formats.whole_file import WholeFile
from coprra.adapters.feeds.formats.xlsx_reader import XlsxFormat
from coprra.adapters.feeds.formats.xml_reader import XmlFormat
from coprra.adapters.feeds.merchant.document import MalformedFeed
from coprra.adapters.feeds.merchant.format import MerchantFormat
from coprra.adapters.feeds.merchant.rows import columns_of
from coprra.adapters.feeds.merchant.shops import look, stranger
from coprra.domain.kernel.errors import Invalid, Unreadable

_LONGEST_LIST = 300


class UnknownProfile(Invalid):
    """No profile has that name."""

    code = "unknown_profile"


class WrongProfile(Invalid):
    """The profile's columns are not in the file."""

    code = "wrong_profile"


class UndeterminedProfile(Invalid):
    """No profile fits the file, or several do; somebody must say which."""

    code = "undetermined_profile"


def choose(file: WholeFile, profiles: Mapping[str, FeedProfile], asked: str | None) -> FeedProfile:
    """The profile asked for; else the only one that knows the file's name; else the only one whose columns are in it.

    Several that know the name are told apart by content; of several that fit, the user's own goes before shipped ones.

    Raises: UnknownProfile; UndeterminedProfile, naming the candidates.
    """
    if asked is not None:
        if asked not in profiles:
            raise UnknownProfile(f"There is no profile {asked[:40]!r}; there are {', '.join(profiles)}.")
        return profiles[asked]
    named = [profile for profile in profiles.values() if profile.origin(file.path)]
    if len(named) == 1:
        return named[0]
    # Among those that fit equally badly a template is the least likely to be meant.
    candidates = sorted(named or profiles.values(), key=lambda profile: profile.template)
    misfits = {profile.name: _misfit(profile, file) for profile in candidates}
    fitting = [profiles[name] for name, misfit in misfits.items() if misfit is None]
    fitting = [profile for profile in fitting if profile.source != SHIPPED] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UndeterminedProfile(
            f"{file.name} fits several profiles: {', '.join(one.name for one in fitting)}. Choose one with --profile."
        )
    for misfit in misfits.values():
        if misfit and misfit.broken:
            raise misfit.broken
    # What a profile for CSV makes of a document or workbook is no news.
    could = _could_be(file)
    misfits = {name: misfit for name, misfit in misfits.items() if could(profiles[name].format)}
    raise UndeterminedProfile(_none_fits(file, {name: misfit for name, misfit in misfits.items() if misfit}))


class _Misfit(NamedTuple):
    """Why a profile can't read a file. far: the share of the required columns that is wrong; 2: there are none.

    broken: the refusal of a file that is plainly meant for it.
    """

    far: float
    wrong: int
    reason: str
    broken: MalformedFeed | None = None


def _none_fits(file: WholeFile, misfits: Mapping[str, _Misfit]) -> str:
    seems = look_at(file)
    seen = f"It looks like {described(seems)}. " if seems else ""
    advice = "Write one (docs/feeds.md: under 40 lines, no code); `coprra feeds draft` begins it."
    lines = [f"{file.name} fits no profile. {seen}{advice}"]
    nearest, *others = sorted(misfits, key=lambda name: misfits[name][:2]) or [""]
    if nearest:
        lines.append(f"  The nearest is {nearest}: {misfits[nearest].reason}")
    if others:
        lines.append(f"  The others fit no better: {', '.join(sorted(others))}")
    return "\n".join(lines)


def _could_be(file: WholeFile) -> Callable[[Format], bool]:
    """Of which formats it could be, by its first sign in any encoding, after byte order marks and blanks."""
    if file.archive:
        return lambda form: form.kind == XlsxFormat.kind
    first = first_sign(file.stream().read(64))
    if first == b"<":
        return lambda form: form.kind in {XmlFormat.kind, MerchantFormat.kind}
    if first in OPENING_JSON:
        return lambda form: form.kind == HeissePreiseFormat.kind
    return lambda form: form.kind == CsvFormat.kind or (isinstance(form, MerchantFormat) and form.text is not None)


def open_reader(profile: FeedProfile, file: WholeFile) -> Reader:
    """Raises: Unreadable when the file is not of the profile's format."""
    if file.archive and profile.format.kind != XlsxFormat.kind:
        raise Unreadable(
            f"{file.name} is an Excel workbook or another zip archive, and the profile {profile.name} reads "
            f"{profile.format.kind}; save the list so, or choose another profile."
        )
    if profile.format.kind == XlsxFormat.kind and not file.archive:
        raise Unreadable(f"{file.name} is no Excel workbook (.xlsx), which the profile {profile.name} reads.")
    return profile.format.open(file.stream(), file.name)


def wanted_columns(profile: FeedProfile, reader: Reader, source: str) -> tuple[str, ...]:
    """For each of `TERMS` the name of its column in this file; of an absent one any name that it could have, or "".

    Of a merchant feed all names that each term could have, because its items differ: see `columns_of`.

    Raises: WrongProfile when required columns are missing, or one stands there twice.
    """
    wanted, problems = _matched(profile, reader)
    # A document without a single row has no columns, and is judged by whoever counts rows.
    if problems and reader.columns:
        columns = ", ".join(reader.columns)
        raise WrongProfile(
            f"{source} does not fit the profile {profile.name}: it has {_listed(problems)}; its columns are "
            f"{columns[:_LONGEST_LIST]}{'…' * (len(columns) > _LONGEST_LIST)}."
        )
    return columns_of(profile) if profile.merchant else wanted


def _matched(profile: FeedProfile, reader: Reader) -> tuple[tuple[str, ...], list[str]]:
    """The column of each term, and what is wrong with them."""
    there = [same_column(name) for name in reader.columns]
    wanted = []
    problems = []
    for term in profile.columns if profile.merchant else TERMS:
        names = profile.columns.get(term, ())
        found = [name for name in names if same_column(name) in there]
        wanted.append((found or names or ("",))[0])
        if not found and term in profile.required:
            problems.append(f"no column {' or '.join(map(repr, names))} ({term})")
        if found and there.count(same_column(found[0])) > 1:
            problems.append(f"the column {found[0]!r} ({term}) twice")
    if profile.history:
        problems += profile.history.missing(reader.columns)
    return tuple(wanted), problems


def _misfit(profile: FeedProfile, file: WholeFile) -> _Misfit | None:
    """Why the profile can't read the file, as far as its first row tells."""
    try:
        reader = open_reader(profile, file)
    except Unreadable as error:
        broken = error if isinstance(error, MalformedFeed) else None
        return _Misfit(2, 0, error.message.removeprefix(file.name).lstrip(", :"), broken)
    if not reader.columns:
        return _Misfit(1, 0, "there are no rows")
    _, problems = _matched(profile, reader)
    if not problems:
        strange = stranger(profile, look(profile, file)) if profile.merchant else None
        return _Misfit(0, 0, strange) if strange else None
    return _Misfit(len(problems) / len(profile.required), len(problems), _listed(problems))


def _listed(problems: Iterable[str]) -> str:
    text = ", ".join(problems)
    return f"{text[:_LONGEST_LIST]}…" if len(text) > _LONGEST_LIST else text
