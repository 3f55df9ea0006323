"""Accounts: every use case about users, second factors, sessions and tokens by name, and what they need."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock, Envelopes, Macs, Randomness
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.confirm_enrolment import ConfirmEnrolment
from coprra.domain.mfa.ports import QrCodes, Totp
from coprra.domain.mfa.proof import Recognition
from coprra.domain.mfa.remove_device import RemoveDevice
from coprra.domain.mfa.renew_recovery_codes import RenewRecoveryCodes
from coprra.domain.mfa.request_unlock import RequestUnlock
from coprra.domain.mfa.reset_second_factor import (
    ConfirmSecondFactorReset,
    RequestSecondFactorReset,
    ResetSecondFactor,
)
from coprra.domain.mfa.show_enrolment import ShowEnrolment
from coprra.domain.mfa.show_second_factor import ShowSecondFactor
from coprra.domain.mfa.start_enrolment import StartEnrolment
from coprra.domain.mfa.unlock_second_factor import UnlockSecondFactor
from coprra.domain.sessions.ask_again import AskAgain
from coprra.domain.sessions.authenticate import AuthenticateSession, AuthenticateToken
from coprra.domain.sessions.entry import Entrance
from coprra.domain.sessions.export_own_data import ExportOwnData
from coprra.domain.sessions.manage_sessions import (
    ListSessions,
    RevokeAccess,
    RevokeOtherSessions,
    RevokeSession,
    RevokeSessionOnHost,
    SignOut,
)
from coprra.domain.sessions.manage_tokens import (
    CreateToken,
    CreateTokenOnHost,
    ListTokens,
    PruneAccess,
    RevokeToken,
    RevokeTokenOnHost,
)
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork
from coprra.domain.sessions.refresh_tokens import Grace, RefreshTokens
from coprra.domain.sessions.report_refusals import ReportRefusals
from coprra.domain.sessions.session import DEFAULT_LIFETIMES, Lifetimes
from coprra.domain.sessions.sign_in import SignIn
from coprra.domain.sessions.step_up import StepUp
from coprra.domain.sessions.verify_second_factor import VerifySecondFactor
from coprra.domain.users.administer import ChangeRole, DisableUser, EnableUser, SetPassword
from coprra.domain.users.ask_by_mail import RequestPasswordReset, SendVerification
from coprra.domain.users.change_email import ConfirmEmailChange, RequestEmailChange
from coprra.domain.users.change_language import ChangeLanguage
from coprra.domain.users.change_name import ChangeName
from coprra.domain.users.change_password import ChangePassword
from coprra.domain.users.confirmation import Confirmation
from coprra.domain.users.create_user import CreateUser
from coprra.domain.users.delete_account import DeleteAccount
from coprra.domain.users.list_users import ListUsers, ShowUser
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.ports import BreachedPasswords, CommonPasswords, Hasher
from coprra.domain.users.register_user import RegisterUser
from coprra.domain.users.reset_password import ResetPassword
from coprra.domain.users.verify_email import VerifyEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """All that can be done with accounts, ready to call. Safe to share between threads."""

    register_user: RegisterUser
    send_verification: SendVerification
    verify_email: VerifyEmail
    sign_in: SignIn
    verify_second_factor: VerifySecondFactor
    authenticate_session: AuthenticateSession
    authenticate_token: AuthenticateToken
    ask_again: AskAgain
    step_up: StepUp
    sign_out: SignOut
    change_name: ChangeName
    change_language: ChangeLanguage
    change_password: ChangePassword
    request_password_reset: RequestPasswordReset
    reset_password: ResetPassword
    request_email_change: RequestEmailChange
    confirm_email_change: ConfirmEmailChange
    export_own_data: ExportOwnData
    delete_account: DeleteAccount
    start_enrolment: StartEnrolment
    show_enrolment: ShowEnrolment
    confirm_enrolment: ConfirmEnrolment
    renew_recovery_codes: RenewRecoveryCodes
    remove_device: RemoveDevice
    request_unlock: RequestUnlock
    unlock_second_factor: UnlockSecondFactor
    request_second_factor_reset: RequestSecondFactorReset
    confirm_second_factor_reset: ConfirmSecondFactorReset
    reset_second_factor: ResetSecondFactor
    show_second_factor: ShowSecondFactor
    list_sessions: ListSessions
    revoke_session: RevokeSession
    revoke_session_on_host: RevokeSessionOnHost
    revoke_other_sessions: RevokeOtherSessions
    revoke_access: RevokeAccess
    refresh_tokens: RefreshTokens
    create_token: CreateToken
    create_token_on_host: CreateTokenOnHost
    list_tokens: ListTokens
    revoke_token: RevokeToken
    revoke_token_on_host: RevokeTokenOnHost
    prune_access: PruneAccess
    report_refusals: ReportRefusals
    create_user: CreateUser
    list_users: ListUsers
    show_user: ShowUser
    change_role: ChangeRole
    disable_user: DisableUser
    enable_user: EnableUser
    set_password: SetPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPorts:
    """What accounts need. grace: None: a refresh token that is shown twice is reuse from the first moment on."""

    clock: Clock
    randomness: Randomness
    macs: Macs
    envelopes: Envelopes
    hasher: Hasher
    common_passwords: CommonPasswords
    totp: Totp
    qr_codes: QrCodes
    limiter: Limiter
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork
    breached_passwords: BreachedPasswords | None = None
    lifetimes: Lifetimes = DEFAULT_LIFETIMES
    grace: Grace | None = None


def make_accounts(ports: AccountPorts) -> Accounts:
    """Every use case, on those ports."""
    clock, randomness, macs, limiter = ports.clock, ports.randomness, ports.macs, ports.limiter
    hasher, envelopes, totp = ports.hasher, ports.envelopes, ports.totp
    reads, unit_of_work = ports.reads, ports.unit_of_work
    passwords = NewPasswords(hasher, ports.common_passwords, ports.breached_passwords)
    entrance = Entrance(randomness, macs, ports.lifetimes)
    recognition = Recognition(totp, envelopes, hasher)
    confirmation = Confirmation(macs, limiter, hasher, unit_of_work)
    by_mail = (clock, randomness, macs, limiter, unit_of_work)
    create_token = CreateToken(clock, randomness, macs, unit_of_work)
    revoke_token = RevokeToken(clock, unit_of_work)
    return Accounts(
        register_user=RegisterUser(clock, randomness, macs, limiter, passwords, unit_of_work),
        send_verification=SendVerification(*by_mail),
        verify_email=VerifyEmail(clock, confirmation, unit_of_work),
        sign_in=SignIn(clock, limiter, hasher, entrance, reads, unit_of_work),
        verify_second_factor=VerifySecondFactor(clock, limiter, recognition, entrance, reads, unit_of_work),
        authenticate_session=AuthenticateSession(clock, reads, unit_of_work, ports.lifetimes),
        authenticate_token=AuthenticateToken(clock, macs, reads),
        ask_again=AskAgain(clock, reads),
        step_up=StepUp(clock, randomness, macs, limiter, recognition, confirmation, reads, unit_of_work),
        sign_out=SignOut(clock, unit_of_work),
        change_name=ChangeName(clock, unit_of_work),
        change_language=ChangeLanguage(clock, unit_of_work),
        change_password=ChangePassword(clock, randomness, macs, confirmation, passwords, reads, unit_of_work),
        request_password_reset=RequestPasswordReset(*by_mail),
        reset_password=ResetPassword(clock, randomness, macs, passwords, unit_of_work),
        request_email_change=RequestEmailChange(*by_mail),
        confirm_email_change=ConfirmEmailChange(clock, unit_of_work),
        export_own_data=ExportOwnData(clock, reads),
        delete_account=DeleteAccount(clock, unit_of_work),
        start_enrolment=StartEnrolment(clock, randomness, envelopes, totp, unit_of_work),
        show_enrolment=ShowEnrolment(clock, envelopes, totp, ports.qr_codes, unit_of_work),
        confirm_enrolment=ConfirmEnrolment(clock, randomness, macs, limiter, envelopes, totp, hasher, unit_of_work),
        renew_recovery_codes=RenewRecoveryCodes(clock, randomness, macs, limiter, hasher, unit_of_work),
        remove_device=RemoveDevice(clock, unit_of_work),
        request_unlock=RequestUnlock(*by_mail),
        unlock_second_factor=UnlockSecondFactor(clock, unit_of_work),
        request_second_factor_reset=RequestSecondFactorReset(clock, randomness, macs, limiter, reads, unit_of_work),
        confirm_second_factor_reset=ConfirmSecondFactorReset(clock, confirmation, unit_of_work),
        reset_second_factor=ResetSecondFactor(clock, unit_of_work),
        show_second_factor=ShowSecondFactor(reads),
        list_sessions=ListSessions(clock, reads),
        revoke_session=RevokeSession(clock, unit_of_work),
        revoke_session_on_host=RevokeSessionOnHost(clock, unit_of_work),
        revoke_other_sessions=RevokeOtherSessions(clock, unit_of_work),
        revoke_access=RevokeAccess(clock, unit_of_work),
        refresh_tokens=RefreshTokens(clock, limiter, entrance, reads, unit_of_work, ports.grace),
        create_token=create_token,
        create_token_on_host=CreateTokenOnHost(create_token),
        list_tokens=ListTokens(clock, reads),
        revoke_token=revoke_token,
        revoke_token_on_host=RevokeTokenOnHost(revoke_token),
        prune_access=PruneAccess(clock, limiter, unit_of_work),
        report_refusals=ReportRefusals(clock, unit_of_work),
        create_user=CreateUser(clock, randomness, passwords, unit_of_work),
        list_users=ListUsers(reads),
        show_user=ShowUser(reads),
        change_role=ChangeRole(clock, unit_of_work),
        disable_user=DisableUser(clock, unit_of_work),
        enable_user=EnableUser(clock, unit_of_work),
        set_password=SetPassword(clock, passwords, reads, unit_of_work),
    )
