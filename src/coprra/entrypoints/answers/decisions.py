"""What persons decide, and what they are asked to look at, as JSON-ready values."""

from dataclasses import asdict

from coprra.domain.prices.correct_price import CorrectedPrice
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.import_decisions import ImportedDecisions
from coprra.domain.prices.judge_price import JudgedPrice
from coprra.domain.prices.list_suspects import SuspectPrice, Suspects
from coprra.domain.prices.observation import State
from coprra.domain.prices.record_price import RecordedPrice
from coprra.domain.prices.series import Listing
from coprra.entrypoints.answers.products import cursor, product
from coprra.entrypoints.answers.values import (
    JsonObject,
    branch,
    chain,
    instant,
    instant_or_none,
    money,
    money_or_none,
    suspicion,
)


def decision(value: Decision | None) -> JsonObject | None:
    """What a person decided about a price, and at which instant it was asked; null when nobody did."""
    if value is None:
        return None
    return {
        "kind": str(value.kind),
        "at": instant(value.at),
        "price": money_or_none(value.price),
        "decided_at": instant(value.decided_at),
        "by": str(value.by),
        "note": value.note,
    }


def listing(value: Listing) -> JsonObject:
    """Which listing. listing: its id, as commands take it."""
    return {
        "listing": str(value.id),
        "chain": chain(value.chain),
        "branch": branch(value.branch),
        "sku": value.sku,
    }


def judged_price(value: JudgedPrice) -> JsonObject:
    """A price that was confirmed or rejected. already: just so before, and nothing was changed."""
    return {
        **listing(value.listing),
        "since": instant(value.step.start),
        "price": money(value.step.price),
        "special": value.step.asked.special,
        "decision": decision(value.decision),
        "already": value.already,
        "dry_run": value.dry_run,
    }


def recorded_price(value: RecordedPrice) -> JsonObject:
    """What a person saw, and what was believed of that instant before. already: a person had said just that."""
    return {
        **listing(value.listing),
        "at": instant(value.at),
        "before": _state(value.before),
        "after": _state(value.after),
        "decision": decision(value.decision),
        "already": value.already,
        "dry_run": value.dry_run,
    }


def corrected_price(value: CorrectedPrice) -> JsonObject:
    """What became of each sighting. unchanged: how many said so already."""
    return {
        **listing(value.listing),
        "corrections": [
            {
                "at": instant(one.at),
                "before": _state(one.before),
                "after": _state(one.after),
                "decision": decision(one.decision),
            }
            for one in value.corrections
        ],
        "unchanged": value.unchanged,
        "dry_run": value.dry_run,
    }


def _state(value: State) -> JsonObject:
    """What is said of a listing at an instant. price: the regular one; special: with its period, where it has one."""
    terms = value.terms
    special = terms.special if terms else None
    return {
        "availability": str(value.availability),
        "title": value.article.title if value.article else None,
        "price": money_or_none(terms.price if terms else None),
        "special": {
            "price": money(special.price),
            "from": instant_or_none(special.starts),
            "until": instant_or_none(special.ends),
        }
        if special
        else None,
    }


def suspects(value: Suspects) -> JsonObject:
    """A page of suspect prices. next: the cursor of the following page, null on the last; others may be empty, too."""
    return {
        "as_of": instant(value.as_of),
        "examined": value.examined,
        "suspects": [
            {"product": product(one.product), "prices": [_suspect_price(price) for price in one.prices]}
            for one in value.products
        ],
        "next": cursor(value.next) if value.next else None,
    }


def _suspect_price(value: SuspectPrice) -> JsonObject:
    return {
        **listing(value.listing),
        "price": money(value.step.price),
        "special": value.step.asked.special,
        "since": instant(value.step.start),
        "last_seen": instant(value.step.last_seen),
        "suspicion": suspicion(value.suspicion),
    }


def imported_decisions(value: ImportedDecisions) -> JsonObject:
    """What became of a file of decisions. known: how many stood here before."""
    return asdict(value)
