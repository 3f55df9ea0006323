"""Bootstrap: the only place that knows everybody, and builds an application out of settings."""

import logging
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Factory, Object, Provider, Singleton

from coprra.accounts import AccountPorts, Accounts, make_accounts
from coprra.adapters.argon2.hasher import Argon2Hasher
from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.adapters.cryptography.successors import CryptographySuccessorSeals
from coprra.adapters.ecb.rate_files import EcbRateFiles
from coprra.adapters.feeds.archive.decisions import JsonLinesDecisions
from coprra.adapters.feeds.archive.writer import JsonLinesArchive
from coprra.adapters.feeds.drafting.drafts import FileDrafts
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.adapters.filesystem.anchors import FileAnchors
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.filesystem.bookmark import FileBookmark
from coprra.adapters.filesystem.security_records import FileRecords
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
from coprra.adapters.sql.invariants import INVARIANTS
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.slow_queries import log_slow_queries
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.system.clock import StoppedClock, SystemClock
from coprra.adapters.system.pulse import ThreadPulse
from coprra.adapters.system.randomness import SystemRandomness
from coprra.adapters.tools.inspectors import BanditInspector, DetectSecretsInspector, PipAuditInspector
from coprra.adapters.tools.inventory import CycloneDxInventory
from coprra.adapters.tools.program import Program
from coprra.adapters.zxcvbn.common_passwords import ZxcvbnCommonPasswords
from coprra.application import Application
from coprra.backup_jobs import backup_kinds
from coprra.backup_probe import ApplicationProbe
from coprra.backup_settings import StoreUrl, read_backup_settings, read_identities, write_backup_settings
from coprra.backups import Backups
from coprra.domain.audit.anchor_audit import AnchorAudit
from coprra.domain.audit.export_audit import ExportAudit
from coprra.domain.audit.list_audit import ListAudit
from coprra.domain.audit.ports import Anchors, OpenAuditReads, OpenAuditUnitOfWork
from coprra.domain.audit.verify_audit import VerifyAudit
from coprra.domain.backups.copy_backups import SecondStore
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.ports import BlobStore, Database
from coprra.domain.backups.repository import Repository
from coprra.domain.exchange.convert_money import ConvertMoney
from coprra.domain.exchange.import_rates import ImportRates
from coprra.domain.exchange.ports import OpenRatesUnitOfWork, RateFiles
from coprra.domain.exchange.show_rates import ShowRates
from coprra.domain.jobs.enqueue_due_jobs import EnqueueDueJobs
from coprra.domain.jobs.enqueue_job import EnqueueJob
from coprra.domain.jobs.job import NewJob
from coprra.domain.jobs.kind import Kind, Kinds, Rhythm
from coprra.domain.jobs.list_jobs import ListJobs
from coprra.domain.jobs.ports import OpenJobReads, OpenJobsUnitOfWork, OpenRetriesUnitOfWork, Pulse
from coprra.domain.jobs.prune_jobs import PruneJobs
from coprra.domain.jobs.retry_job import RetryJob
from coprra.domain.jobs.run_next_job import RunNextJob
from coprra.domain.jobs.show_job import ShowJob
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.ports import Clock, Envelopes, Randomness, Schema
from coprra.domain.keys.ports import KeyRing, OpenKeysUnitOfWork
from coprra.domain.keys.retire_key import RetireKey
from coprra.domain.keys.rotate_keys import RotateKeys
from coprra.domain.keys.show_keys import ShowKeys
from coprra.domain.mail.ports import Mailer, OpenMailUnitOfWork, Post
from coprra.domain.mail.post_letters import LetterBox
from coprra.domain.mail.post_mail import ANSWER, LETTER, SEND, PostMail, Postman
from coprra.domain.mail.send_mail import SendMail
from coprra.domain.prices.browse_products import BrowseProducts
from coprra.domain.prices.check_claims import CheckClaims
from coprra.domain.prices.check_feed import CheckFeed
from coprra.domain.prices.compact_ledger import CompactLedger
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.correct_price import CorrectPrice
from coprra.domain.prices.draft_profile import DraftProfile
from coprra.domain.prices.events import ListPublished
from coprra.domain.prices.export_decisions import ExportDecisions
from coprra.domain.prices.export_feed import ExportFeed
from coprra.domain.prices.export_lists import ExportLists
from coprra.domain.prices.export_offers import ExportOffers
from coprra.domain.prices.import_decisions import ImportDecisions
from coprra.domain.prices.import_feed import ImportFeed
from coprra.domain.prices.judge_discounts import JudgeDiscounts
from coprra.domain.prices.judge_price import JudgePrice
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.list_profiles import ListProfiles
from coprra.domain.prices.list_suspects import ListSuspects
from coprra.domain.prices.ports import (
    Archive,
    DecisionArchive,
    Drafts,
    Editions,
    Feeds,
    KeptOffers,
    OpenBestPricesUnitOfWork,
    OpenCompactionUnitOfWork,
    OpenDecisionsUnitOfWork,
    OpenKnowledgeUnitOfWork,
    OpenPriceReads,
    OpenPricesUnitOfWork,
)
from coprra.domain.prices.read_edition import ReadEdition
from coprra.domain.prices.record_price import RecordPrice
from coprra.domain.prices.refresh_best_prices import RefreshBestPrices
from coprra.domain.prices.show_history import ShowHistory
from coprra.domain.prices.show_profile_schema import ShowProfileSchema
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.list_brands import ListBrands
from coprra.domain.products.list_categories import ListCategories
from coprra.domain.products.list_moves import ListMoves
from coprra.domain.products.merge_products import MergeProducts
from coprra.domain.products.ports import OpenMappingUnitOfWork
from coprra.domain.products.show_product import ShowProduct
from coprra.domain.products.split_product import SplitProduct
from coprra.domain.products.suggest_products import SuggestProducts
from coprra.domain.products.undo_move import UndoMove
from coprra.domain.security.audit_security import AuditSecurity
from coprra.domain.security.keep_security_audit import KeepSecurityAudit
from coprra.domain.security.ports import Endpoints, Inspector, Inventory
from coprra.domain.sessions.ports import OpenSessionsReads
from coprra.domain.sessions.refresh_tokens import Grace
from coprra.domain.users.letter import Letter
from coprra.domain.users.ports import BreachedPasswords
from coprra.settings import MEMORY, MailUrl, Settings

Reaction = Callable[[Event], None]

_log = logging.getLogger(__name__)

_FOLLOWED_BY: dict[type[Event], str] = {ListPublished: "prices.refresh"}
"""Which job follows an event. It waits once, however often that happens."""


def _make_kinds(
    more: tuple[Kind, ...],
    *,
    refresh_best_prices: RefreshBestPrices,
    prune_jobs: PruneJobs,
    anchor_audit: AnchorAudit,
    send_mail: SendMail,
    accounts: Accounts,
    keep_security_audit: KeepSecurityAudit | None,
) -> Kinds:
    """Every kind of job."""
    hourly, daily = Rhythm(timedelta(hours=1)), Rhythm(timedelta(days=1), offset=timedelta(hours=2))
    return Kinds(
        Kind(name="prices.refresh", perform=lambda _: _do(refresh_best_prices), rhythm=hourly),
        Kind(name="jobs.prune", perform=lambda _: _do(prune_jobs), rhythm=daily),
        Kind(name="access.prune", perform=lambda _: _do(accounts.prune_access), rhythm=daily),
        # A mail server may be down for two days.
        Kind(name=SEND, perform=send_mail, attempts=55),
        Kind(name=ANSWER, perform=lambda job: accounts.answer_by_mail(int(job.details[LETTER]))),
        Kind(name="audit.anchor", perform=lambda _: _do(anchor_audit), rhythm=Rhythm(timedelta(minutes=1))),
        *((_security_audit(keep_security_audit),) if keep_security_audit else ()),
        *more,
    )


def _security_audit(keep: KeepSecurityAudit) -> Kind:
    """Every fourth Monday at 03:00, so in each month; an advisory service may be down for a day."""
    return Kind(
        name="security.audit",
        perform=lambda _: keep(),
        rhythm=Rhythm(timedelta(weeks=4), offset=timedelta(days=4, hours=3)),
        attempts=6,
        first_delay=timedelta(hours=1),
        longest_delay=timedelta(hours=8),
    )


def _do(deed: Callable[[], object]) -> None:
    deed()


def _make_keep_security_audit(audit: AuditSecurity, folder: Path | None) -> KeepSecurityAudit | None:
    return KeepSecurityAudit(audit, FileRecords.of_folder(folder)) if folder else None


class Container(DeclarativeContainer):
    """The graph of everything that lasts; `build` fills its gaps."""

    clock: Provider[Clock] = Dependency()
    asking_clock: Provider[Clock] = Dependency()
    """The clock of every question; it stands still where the settings say so. Changes always happen now."""
    feeds: Provider[Feeds] = Dependency()
    drafts: Provider[Drafts] = Singleton(FileDrafts)
    archive: Provider[Archive] = Singleton(JsonLinesArchive)
    decision_archive: Provider[DecisionArchive] = Singleton(JsonLinesDecisions)
    reads: Provider[OpenPriceReads] = Dependency()
    editions: Provider[Editions] = Dependency()
    kept_offers: Provider[KeptOffers] = Dependency()
    unit_of_work: Provider[OpenPricesUnitOfWork] = Dependency()
    rate_files: Provider[RateFiles] = Dependency()
    rates_unit_of_work: Provider[OpenRatesUnitOfWork] = Dependency()
    max_rate_age: Provider[timedelta] = Dependency()
    decisions: Provider[OpenDecisionsUnitOfWork] = Dependency()
    mapping: Provider[OpenMappingUnitOfWork] = Dependency()
    best_prices: Provider[OpenBestPricesUnitOfWork] = Dependency()
    compaction: Provider[OpenCompactionUnitOfWork] = Dependency()
    keep_observations: Provider[timedelta] = Dependency()
    knowledge: Provider[OpenKnowledgeUnitOfWork] = Dependency()
    jobs: Provider[OpenJobsUnitOfWork] = Dependency()
    job_reads: Provider[OpenJobReads] = Dependency()
    pulse: Provider[Pulse] = Singleton(ThreadPulse)
    audit: Provider[OpenAuditUnitOfWork] = Dependency()
    audit_reads: Provider[OpenAuditReads] = Dependency()
    anchors: Provider[Anchors] = Dependency()
    retries: Provider[OpenRetriesUnitOfWork] = Dependency()
    ring: Provider[KeyRing] = Dependency()
    envelopes: Provider[Envelopes] = Dependency()
    keys: Provider[OpenKeysUnitOfWork] = Dependency()
    mail: Provider[OpenMailUnitOfWork] = Dependency()
    mailer: Provider[Mailer] = Dependency()
    randomness: Provider[Randomness] = Singleton(SystemRandomness)
    more_kinds: Provider[tuple[Kind, ...]] = Dependency()
    accounts: Provider[Accounts] = Dependency()
    account_reads: Provider[OpenSessionsReads] = Dependency()
    inspectors: Provider[tuple[Inspector, ...]] = Dependency()
    inventory: Provider[Inventory] = Dependency()
    endpoints: Provider[Endpoints | None] = Dependency()
    security_reports: Provider[Path | None] = Dependency()
    schema: Provider[Schema] = Dependency()
    close: Provider[Callable[[], None]] = Dependency()

    _refresh_best_prices = Factory(RefreshBestPrices, clock, best_prices)
    _prune_jobs = Factory(PruneJobs, clock, jobs)
    _anchor_audit = Factory(AnchorAudit, clock, audit_reads, anchors)
    _send_mail = Factory(SendMail, clock, envelopes, mail, mailer)
    _show_keys = Factory(ShowKeys, ring, keys)
    _verify_audit = Factory(VerifyAudit, audit_reads, anchors)
    _audit_security = Factory(
        AuditSecurity, clock, account_reads, audit_reads, _show_keys, _verify_audit, inspectors, inventory, endpoints
    )
    _keep_security_audit = Factory(_make_keep_security_audit, _audit_security, security_reports)
    kinds: Provider[Kinds] = Singleton(
        _make_kinds,
        more_kinds,
        refresh_best_prices=_refresh_best_prices,
        prune_jobs=_prune_jobs,
        anchor_audit=_anchor_audit,
        send_mail=_send_mail,
        accounts=accounts,
        keep_security_audit=_keep_security_audit,
    )
    enqueue_job: Provider[EnqueueJob] = Factory(EnqueueJob, clock, jobs, kinds)

    application: Provider[Application] = Singleton(
        Application,
        find_products=Factory(FindProducts, asking_clock, reads),
        suggest_products=Factory(SuggestProducts, asking_clock, reads),
        browse_products=Factory(BrowseProducts, asking_clock, reads),
        show_product=Factory(ShowProduct, asking_clock, reads),
        list_categories=Factory(ListCategories, asking_clock, reads),
        list_brands=Factory(ListBrands, asking_clock, reads),
        compare_offers=Factory(CompareOffers, asking_clock, reads, max_rate_age, kept_offers),
        show_history=Factory(ShowHistory, asking_clock, reads),
        judge_discounts=Factory(JudgeDiscounts, asking_clock, reads),
        check_claims=Factory(CheckClaims, asking_clock, reads),
        list_chains=Factory(ListChains, asking_clock, reads),
        list_suspects=Factory(ListSuspects, asking_clock, reads),
        read_edition=Factory(ReadEdition, asking_clock, editions),
        judge_price=Factory(JudgePrice, clock, decisions),
        record_price=Factory(RecordPrice, clock, decisions),
        correct_price=Factory(CorrectPrice, clock, decisions),
        merge_products=Factory(MergeProducts, clock, reads, mapping),
        split_product=Factory(SplitProduct, clock, reads, mapping),
        undo_move=Factory(UndoMove, clock, mapping),
        list_moves=Factory(ListMoves, asking_clock, reads),
        list_profiles=Factory(ListProfiles, feeds),
        show_profile_schema=Factory(ShowProfileSchema, drafts),
        draft_profile=Factory(DraftProfile, drafts),
        check_feed=Factory(CheckFeed, feeds),
        import_feed=Factory(ImportFeed, clock, feeds, unit_of_work),
        refresh_best_prices=_refresh_best_prices,
        compact_ledger=Factory(CompactLedger, clock, reads, compaction, keep_observations),
        export_lists=Factory(ExportLists, asking_clock, reads, archive),
        export_offers=Factory(ExportOffers, asking_clock, reads),
        export_feed=Factory(ExportFeed, asking_clock, reads),
        export_decisions=Factory(ExportDecisions, reads, decision_archive),
        import_decisions=Factory(ImportDecisions, clock, decision_archive, knowledge),
        show_rates=Factory(ShowRates, asking_clock, reads, max_rate_age),
        convert_money=Factory(ConvertMoney, asking_clock, reads, max_rate_age),
        import_rates=Factory(ImportRates, clock, rate_files, rates_unit_of_work),
        enqueue_job=enqueue_job,
        enqueue_due_jobs=Factory(EnqueueDueJobs, clock, job_reads, jobs, kinds),
        run_next_job=Factory(RunNextJob, clock, jobs, kinds, pulse),
        retry_job=Factory(RetryJob, clock, retries),
        show_job=Factory(ShowJob, job_reads),
        list_jobs=Factory(ListJobs, job_reads),
        prune_jobs=_prune_jobs,
        list_audit=Factory(ListAudit, audit_reads),
        verify_audit=_verify_audit,
        export_audit=Factory(ExportAudit, clock, audit, audit_reads),
        anchor_audit=_anchor_audit,
        show_keys=_show_keys,
        rotate_keys=Factory(RotateKeys, clock, ring, keys),
        retire_key=Factory(RetireKey, clock, ring, keys),
        post_mail=Factory(PostMail, Factory(Postman, clock, randomness, envelopes), mail),
        accounts=accounts,
        audit_security=_audit_security,
        security_records=Object(FileRecords),
        schema=schema,
        close=close,
    )


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


def build_worker(settings: Settings, *, endpoints: Endpoints | None = None) -> Application:
    """An application whose workers do as well what the file about backups says, where there is one.

    endpoints: see `build`.

    Raises: Invalid for a database URL that is none; InvalidPolicy, InvalidRetention.
    """
    if settings.backups is None or not settings.backups.exists():
        return build(settings, endpoints=endpoints)
    said = read_backup_settings(settings.backups)

    def opened() -> Backups:
        return build_backups(settings, identities=read_identities(said.identity) if said.identity else ())

    return build(settings, kinds=backup_kinds(said.jobs, opened), endpoints=endpoints)


def build_backups(settings: Settings, *, identities: Sequence[str] = (), clock: Clock | None = None) -> Backups:
    """All about the backups of the settings' database, whether that works or not.

    identities: secret keys of age, where something is to be opened.

    Raises: InvalidPolicy, InvalidRetention, InvalidRecipient, InvalidSigner.
    """
    # The libraries of backups are large, and nothing else needs them.
    from coprra.adapters.age.sealer import AgeSealer  # noqa: PLC0415 - see above
    from coprra.adapters.cryptography.signatures import Ed25519Signatures  # noqa: PLC0415 - see above

    said = read_backup_settings(_backups_file(settings))
    clock = clock or SystemClock()
    sealer = AgeSealer(identities)
    repository = Repository(
        clock=clock,
        store=_make_blob_store(said.store, clock),
        signatures=Ed25519Signatures(said.signers, said.signing_key),
        sealer=sealer,
        bookmark=FileBookmark(said.seen),
        policy=said.policy,
        holder=f"{platform.node()} (process {os.getpid()})",
    )
    # A recipient that is none is to be noticed now, and not when the first backup is wrapped.
    repository.recipients()
    second = SecondStore(_make_blob_store(said.copy_to, clock), said.copy_lock) if said.copy_to else None
    probe = ApplicationProbe(lambda url: build(replace(settings, database_url=url)))
    return Backups.of(repository, _make_database(settings.database_url), SystemRandomness(), second, probe)


def set_up_backups(settings: Settings, *, cluster: str, store: str, lock_days: int) -> tuple[Path, dict[str, str]]:
    """Write the file about backups with fresh keys beside it: one to sign with, and two for whom backups are sealed.

    The file, and of each file with a secret key its name and what it is for. Raises: SettingsExist, InvalidPolicy.
    """
    from coprra.adapters.age.sealer import AgeSealer  # noqa: PLC0415 - see `build_backups`
    from coprra.adapters.cryptography.signatures import new_signing_key  # noqa: PLC0415 - likewise

    sealer = AgeSealer()
    keys = {name: sealer.new_key() for name in ("operations.key", "escrow.key")}
    pem, signer = new_signing_key()
    path = _backups_file(settings)
    write_backup_settings(
        path,
        cluster=cluster,
        store=store,
        lock_days=lock_days,
        recipients={name: sealer.public(key).text for name, key in keys.items()},
        signer=signer,
        secrets={"signing.key": pem} | {name: f"{key}\n".encode() for name, key in keys.items()},
    )
    return path, {
        "operations.key": "opens every backup; move it to where you restore",
        "escrow.key": "opens every backup; move it to a safe, off this machine",
        "signing.key": "signs what this machine says of backups; it stays here",
    }


def _backups_file(settings: Settings) -> Path:
    if settings.backups is None:
        raise InvalidPolicy("There is no file that says what to back up; COPRRA_BACKUPS names it.")
    return settings.backups


def _make_blob_store(url: StoreUrl, clock: Clock) -> BlobStore:
    if url.folder is not None:
        return FileBlobStore(url.folder)
    from coprra.adapters.s3.blobs import S3BlobStore, make_client  # noqa: PLC0415 - boto3 takes half a second

    client = make_client(endpoint=url.endpoint, region=url.region)
    return S3BlobStore(clock, client, url.bucket, prefix=url.prefix)


def _make_database(url: str) -> Database:
    """Raises: InvalidPolicy."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    if scheme != "sqlite":
        raise InvalidPolicy("Only SQLite is backed up yet; for MariaDB use mariadb-backup until then.")
    return SqliteDatabase(Path(rest.removeprefix("/")), INVARIANTS)


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
