"""Container: the graph of everything that lasts, and every kind of job."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Factory, Object, Provider, Singleton

from coprra.accounts import Accounts
from coprra.adapters.feeds.archive.decisions import JsonLinesDecisions
from coprra.adapters.feeds.archive.writer import JsonLinesArchive
from coprra.adapters.feeds.drafting.drafts import FileDrafts
from coprra.adapters.filesystem.security_records import FileRecords
from coprra.adapters.system.pulse import ThreadPulse
from coprra.adapters.system.randomness import SystemRandomness
from coprra.application import Application
from coprra.domain.audit.anchor_audit import AnchorAudit
from coprra.domain.audit.export_audit import ExportAudit
from coprra.domain.audit.list_audit import ListAudit
from coprra.domain.audit.ports import Anchors, OpenAuditReads, OpenAuditUnitOfWork
from coprra.domain.audit.verify_audit import VerifyAudit
from coprra.domain.exchange.convert_money import ConvertMoney
from coprra.domain.exchange.import_rates import ImportRates
from coprra.domain.exchange.ports import OpenRatesUnitOfWork, RateFiles
from coprra.domain.exchange.show_rates import ShowRates
from coprra.domain.jobs.enqueue_due_jobs import EnqueueDueJobs
from coprra.domain.jobs.enqueue_job import EnqueueJob
from coprra.domain.jobs.kind import Kind, Kinds, Rhythm
from coprra.domain.jobs.list_jobs import ListJobs
from coprra.domain.jobs.ports import OpenJobReads, OpenJobsUnitOfWork, OpenRetriesUnitOfWork
from coprra.domain.jobs.prune_jobs import PruneJobs
from coprra.domain.jobs.retry_job import RetryJob
from coprra.domain.jobs.run_next_job import RunNextJob
from coprra.domain.jobs.show_job import ShowJob
from coprra.domain.kernel.ports import Clock, Envelopes, Pulse, Randomness, Schema
from coprra.domain.keys.ports import KeyRing, OpenKeysUnitOfWork
from coprra.domain.keys.retire_key import RetireKey
from coprra.domain.keys.rotate_keys import RotateKeys
from coprra.domain.keys.show_keys import ShowKeys
from coprra.domain.mail.ports import Mailer, OpenMailUnitOfWork
from coprra.domain.mail.post_mail import ANSWER, LETTER, SEND, PostMail, Postman
from coprra.domain.mail.send_mail import SendMail
from coprra.domain.prices.browse_products import BrowseProducts
from coprra.domain.prices.check_claims import CheckClaims
from coprra.domain.prices.check_feed import CheckFeed
from coprra.domain.prices.compact_ledger import CompactLedger
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.correct_price import CorrectPrice
from coprra.domain.prices.draft_profile import DraftProfile
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
