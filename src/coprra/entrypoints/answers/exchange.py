"""Exchange rates as JSON-ready values."""

from dataclasses import asdict
from decimal import Decimal

from coprra.domain.exchange.convert_money import ConvertedMoney
from coprra.domain.exchange.import_rates import RatesReport
from coprra.domain.exchange.rate import SOURCE, ExchangeRate
from coprra.domain.exchange.revision import Revision
from coprra.domain.exchange.show_rates import ShownRates
from coprra.entrypoints.answers.values import JsonObject, instant, money


def rate(value: ExchangeRate) -> JsonObject:
    """What one unit of a currency is in another, to ten digits; amounts were converted by the exact quotient."""
    return {
        "from": value.source.code,
        "to": value.target.code,
        "rate": str(value.shown),
        "date": value.published_on.isoformat(),
        "source": SOURCE,
    }


def rates(value: ShownRates) -> JsonObject:
    """The rates known as of an instant. stale: they are too old to convert by; stale_at: from when on they are."""
    return {
        "as_of": instant(value.as_of),
        "date": value.day.isoformat(),
        "stale": value.stale,
        "stale_at": instant(value.stale_at),
        "rates": [rate(one) for one in value.rates],
    }


def converted(value: ConvertedMoney) -> JsonObject:
    """An amount in another currency. exchange: the rate; null where none was needed."""
    return {
        "as_of": instant(value.as_of),
        "amount": money(value.money),
        "converted": money(value.converted),
        "exchange": rate(value.rate) if value.rate else None,
    }


def rates_report(value: RatesReport) -> JsonObject:
    """What became of a file of rates. first, last: its days; null where it had been imported before."""
    return {
        "file": value.run.source,
        "first": value.first.isoformat() if value.first else None,
        "last": value.last.isoformat() if value.last else None,
        "days": value.days,
        "changes": asdict(value.changes),
        "revisions": [_revision(one) for one in value.revisions],
        "already": value.already,
        "dry_run": value.dry_run,
    }


def _revision(value: Revision) -> JsonObject:
    return {
        "currency": value.currency.code,
        "date": value.day.isoformat(),
        "before": per_euro(value.before),
        "after": per_euro(value.after),
    }


def per_euro(millionths: int | None) -> str | None:
    """``1.1757``; null where there is no rate."""
    return None if millionths is None else f"{Decimal(millionths).scaleb(-6).normalize():f}"
