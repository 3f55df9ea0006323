"""Application: every use case by name, typed; what entrypoints and embedders hold."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from coprra.accounts import Accounts
from coprra.domain.audit.anchor_audit import AnchorAudit
from coprra.domain.audit.export_audit import ExportAudit
from coprra.domain.audit.list_audit import ListAudit
from coprra.domain.audit.verify_audit import VerifyAudit
from coprra.domain.exchange.convert_money import ConvertMoney
from coprra.domain.exchange.import_rates import ImportRates
from coprra.domain.exchange.show_rates import ShowRates
from coprra.domain.jobs.enqueue_due_jobs import EnqueueDueJobs
from coprra.domain.jobs.enqueue_job import EnqueueJob
from coprra.domain.jobs.list_jobs import ListJobs
from coprra.domain.jobs.prune_jobs import PruneJobs
from coprra.domain.jobs.retry_job import RetryJob
from coprra.domain.jobs.run_next_job import RunNextJob
from coprra.domain.jobs.show_job import ShowJob
from coprra.domain.kernel.ports import Schema
from coprra.domain.keys.retire_key import RetireKey
from coprra.domain.keys.rotate_keys import RotateKeys
from coprra.domain.keys.show_keys import ShowKeys
from coprra.domain.mail.post_mail import PostMail
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
from coprra.domain.products.show_product import ShowProduct
from coprra.domain.products.split_product import SplitProduct
from coprra.domain.products.suggest_products import SuggestProducts
from coprra.domain.products.undo_move import UndoMove
from coprra.domain.security.audit_security import AuditSecurity
from coprra.domain.security.ports import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """All that coprra can do, ready to call: ``app.compare_offers(gtin)``. Safe to share between threads.

    A context manager: ``with build(settings) as app:`` closes its connections at the end, as `close` does.
    """

    find_products: FindProducts
    suggest_products: SuggestProducts
    browse_products: BrowseProducts
    show_product: ShowProduct
    list_categories: ListCategories
    list_brands: ListBrands
    compare_offers: CompareOffers
    show_history: ShowHistory
    judge_discounts: JudgeDiscounts
    check_claims: CheckClaims
    list_chains: ListChains
    list_suspects: ListSuspects
    read_edition: ReadEdition
    judge_price: JudgePrice
    record_price: RecordPrice
    correct_price: CorrectPrice
    merge_products: MergeProducts
    split_product: SplitProduct
    undo_move: UndoMove
    list_moves: ListMoves
    list_profiles: ListProfiles
    show_profile_schema: ShowProfileSchema
    draft_profile: DraftProfile
    check_feed: CheckFeed
    import_feed: ImportFeed
    refresh_best_prices: RefreshBestPrices
    compact_ledger: CompactLedger
    export_lists: ExportLists
    export_offers: ExportOffers
    export_feed: ExportFeed
    export_decisions: ExportDecisions
    import_decisions: ImportDecisions
    show_rates: ShowRates
    convert_money: ConvertMoney
    import_rates: ImportRates
    enqueue_job: EnqueueJob
    enqueue_due_jobs: EnqueueDueJobs
    run_next_job: RunNextJob
    retry_job: RetryJob
    show_job: ShowJob
    list_jobs: ListJobs
    prune_jobs: PruneJobs
    list_audit: ListAudit
    verify_audit: VerifyAudit
    export_audit: ExportAudit
    anchor_audit: AnchorAudit
    show_keys: ShowKeys
    rotate_keys: RotateKeys
    retire_key: RetireKey
    post_mail: PostMail
    accounts: Accounts
    """All about users, second factors, sessions and tokens: nothing of it changes an answer about prices."""
    audit_security: AuditSecurity
    security_records: Callable[[Path | None, Path | None], Records]
    """A place for security audits: the folder of their reports, and the file of waivers; each may be none."""
    schema: Schema
    close: Callable[[], None]
    """Release what is held, such as database connections. It may be used again all the same, and opens them anew."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
