"""An application, out of settings."""

import logging
from collections.abc import Callable
from datetime import timedelta

from dependency_injector.providers import Object

from coprra.accounts import AccountPorts, make_accounts
from coprra.adapters.argon2.hasher import Argon2Hasher
from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.adapters.cryptography.successors import CryptographySuccessorSeals
from coprra.adapters.ecb.rate_files import EcbRateFiles
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.adapters.filesystem.anchors import FileAnchors
from coprra.adapters.letters.writer import GettextWriter
from coprra.adapters.mail.files import FileMailer, NoMailer
from coprra.adapters.mail.smtp import SmtpMailer
from coprra.adapters.memory.accounts.limiter import MOST_NETWORKS, MemoryLimiter
from coprra.adapters.memory.accounts.store import MemoryAccounts
from coprra.adapters.memory.audit import MemoryAnchors
from coprra.adapters.memory.store import MemorySchema, MemoryStore
from coprra.adapters.pwned.breached_passwords import PwnedBreachedPasswords
from coprra.adapters.pyotp.totp import PyotpTotp
from coprra.adapters.segno.qr_codes import SegnoQrCodes
from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.slow_queries import log_slow_queries
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock, SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.adapters.tools.inspectors import BanditInspector, DetectSecretsInspector, PipAuditInspector
from coprra.adapters.tools.inventory import CycloneDxInventory
from coprra.adapters.tools.program import Program
from coprra.adapters.zxcvbn.common_passwords import ZxcvbnCommonPasswords
from coprra.application import Application
from coprra.bootstrap.container import Container
from coprra.domain.exchange.ports import RateFiles
from coprra.domain.jobs.enqueue_job import EnqueueJob
from coprra.domain.jobs.job import NewJob
from coprra.domain.jobs.kind import Kind
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.ports import Clock, Schema
from coprra.domain.mail.ports import Mailer, Post
from coprra.domain.mail.post_letters import LetterBox
from coprra.domain.mail.post_mail import ANSWER, LETTER, Postman
from coprra.domain.prices.events import ListPublished
from coprra.domain.prices.ports import Feeds
from coprra.domain.security.ports import Endpoints, Inspector, Inventory
from coprra.domain.sessions.refresh_tokens import Grace
from coprra.domain.users.letter import Letter
from coprra.domain.users.ports import BreachedPasswords
from coprra.settings import MEMORY, MailUrl, Settings

Reaction = Callable[[Event], None]

_log = logging.getLogger(__name__)

_FOLLOWED_BY: dict[type[Event], str] = {ListPublished: "prices.refresh"}
"""Which job follows an event. It waits once, however often that happens."""


def build(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    feeds: Feeds | None = None,
    rate_files: RateFiles | None = None,
    reactions: tuple[Reaction, ...] = (),
    mailer: Mailer | None = None,
    kinds: tuple[Kind, ...] = (),
    inspectors: tuple[Inspector, ...] | None = None,
    inventory: Inventory | None = None,
    endpoints: Endpoints | None = None,
) -> Application:
    """An application of its own: nothing is shared between two calls.

    settings: without any, everything lives in memory. clock, feeds, rate_files, mailer: adapters to use instead of the
    system's clock, the files and the mail server. reactions: called with each event after its commit; one that fails
    cannot undo it. kinds: of jobs that workers can do besides coprra's own. inspectors, inventory: what a
    security audit asks instead of the tools of the extra ``security``. endpoints: knows the site that a
    security audit looks at; without it that is unknown.

    Raises: Invalid for a database URL that is none.
    """
    settings = settings or Settings()
    clock = clock or SystemClock()
    ring = CryptographyKeyRing(settings.app_keys)
    letter_box = _make_letter_box(settings, Postman(clock, SystemRandomness(), ring), mailer)
    own_reactions: list[Reaction] = []
    publish = _publisher(own_reactions, reactions)
    store: MemoryStore | SqlStore
    schema: Schema
    close: Callable[[], None]
    account_store: MemoryAccounts | SqlAccounts
    if settings.database_url == MEMORY:
        store, schema, close = MemoryStore(publish), MemorySchema(), _nothing
        account_store = MemoryAccounts(publish, letter_box and _sender(letter_box, store), _asker(clock, store))
    else:
        engine = make_engine(settings.database_url)
        log_slow_queries(engine, timedelta(milliseconds=settings.slow_query_ms))
        store, schema, close = SqlStore(engine, publish), SqlSchema(engine), engine.dispose
        account_store = SqlAccounts(engine, publish, letter_box)
    container = Container(
        clock=Object(clock),
        asking_clock=Object(StoppedClock(settings.as_of) if settings.as_of else clock),
        feeds=Object(feeds or FileFeeds(settings.profiles)),
        reads=Object(store.reads),
        editions=Object(store.editions),
        kept_offers=Object(store.kept_offers),
        unit_of_work=Object(store.unit_of_work),
        rate_files=Object(rate_files or EcbRateFiles()),
        rates_unit_of_work=Object(store.unit_of_work),
        max_rate_age=Object(timedelta(days=settings.fx_max_age_days)),
        decisions=Object(store.unit_of_work),
        mapping=Object(store.unit_of_work),
        best_prices=Object(store.unit_of_work),
        compaction=Object(store.unit_of_work),
        keep_observations=Object(timedelta(days=settings.keep_observations_days)),
        knowledge=Object(store.unit_of_work),
        jobs=Object(store.unit_of_work),
        job_reads=Object(store.job_reads),
        audit=Object(store.unit_of_work),
        audit_reads=Object(store.audit_reads),
        anchors=Object(FileAnchors(settings.audit_anchors) if settings.audit_anchors else MemoryAnchors()),
        retries=Object(store.unit_of_work),
        ring=Object(ring),
        envelopes=Object(ring),
        keys=Object(store.unit_of_work),
        mail=Object(store.unit_of_work),
        mailer=Object(mailer or _make_mailer(settings.mail_url, settings.mail_from)),
        more_kinds=Object(kinds),
        accounts=Object(
            make_accounts(
                AccountPorts(
                    clock=clock,
                    randomness=SystemRandomness(),
                    macs=ring,
                    envelopes=ring,
                    hasher=_make_hasher(settings),
                    common_passwords=ZxcvbnCommonPasswords(),
                    totp=PyotpTotp(),
                    qr_codes=SegnoQrCodes(),
                    limiter=account_store.limiter,
                    strangers=MemoryLimiter(MOST_NETWORKS),
                    reads=account_store.reads,
                    unit_of_work=account_store.unit_of_work,
                    breached_passwords=_make_breached_passwords(settings.breached_passwords_url),
                    grace=_make_grace(settings.refresh_grace_seconds),
                )
            )
        ),
        account_reads=Object(account_store.reads),
        inspectors=Object(_make_inspectors() if inspectors is None else inspectors),
        inventory=Object(inventory or CycloneDxInventory(Program("cyclonedx-py"))),
        endpoints=Object(endpoints),
        security_reports=Object(settings.security_reports),
        schema=Object(schema),
        close=Object(close),
    )
    own_reactions.append(_follow_up(container.enqueue_job()))
    return container.application()


def _nothing() -> None:
    """Memory holds nothing that could be released."""


def _make_inspectors() -> tuple[Inspector, ...]:
    return (
        PipAuditInspector(Program("pip-audit")),
        BanditInspector(Program("bandit")),
        DetectSecretsInspector(Program("detect-secrets")),
    )


def _make_hasher(settings: Settings) -> Argon2Hasher:
    """However many people sign in, a quarter of the threads or more is left to everybody else."""
    at_once = max(1, min(4, settings.threads // 2))
    return Argon2Hasher(memory_kib=settings.password_memory_kib, at_once=at_once, waiting=settings.threads // 4)


def _make_grace(seconds: int) -> Grace | None:
    return Grace(timedelta(seconds=seconds), CryptographySuccessorSeals()) if seconds else None


def _make_breached_passwords(url: str | None) -> BreachedPasswords | None:
    return PwnedBreachedPasswords(url) if url else None


def _make_letter_box(settings: Settings, postman: Postman, mailer: Mailer | None) -> Callable[[Post], LetterBox] | None:
    """Makes the outbox of accounts in a transaction; None where nobody carries letters, or links lead nowhere."""
    if settings.public_base_url is None or (settings.mail_url is None and mailer is None):
        return None
    writer = GettextWriter(settings.public_base_url)
    return lambda room: LetterBox(postman, writer, room)


def _sender(letter_box: Callable[[Post], LetterBox], store: MemoryStore) -> Callable[[Letter], None]:
    def send(letter: Letter) -> None:
        with store.unit_of_work() as uow:
            letter_box(uow).post(letter)
            uow.commit()

    return send


def _asker(clock: Clock, store: MemoryStore) -> Callable[[int], None]:
    def asked(number: int) -> None:
        now = clock.now()
        with store.unit_of_work() as uow:
            uow.jobs.add(NewJob(ANSWER, now, Actor(ActorKind.JOB, "accounts"), details={LETTER: str(number)}), now)
            uow.commit()

    return asked


def _make_mailer(where: MailUrl | None, sender: str | None) -> Mailer:
    if where is None or sender is None:
        return NoMailer()
    if where.folder is not None:
        return FileMailer(where.folder, sender)
    return SmtpMailer(
        host=where.host,
        port=where.port,
        sender=sender,
        username=where.username,
        password=where.password,
        tls=where.tls,
        starttls=where.starttls,
    )


def _follow_up(enqueue_job: EnqueueJob) -> Reaction:
    def react(event: Event) -> None:
        if kind := _FOLLOWED_BY.get(type(event)):
            enqueue_job(kind, by=Actor(ActorKind.JOB, "events"), key="event")

    return react


def _publisher(own: list[Reaction], given: tuple[Reaction, ...]) -> Reaction:
    def publish(event: Event) -> None:
        for react in (*own, *given):
            try:
                react(event)
            except Exception:  # noqa: BLE001  # whatever it is, the past is committed: see `build`
                _log.exception(
                    "A reaction failed; what it reacted to stays done.", extra={"event": type(event).__name__}
                )

    return publish
