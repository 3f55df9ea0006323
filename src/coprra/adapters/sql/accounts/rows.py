"""Rows of accounts: to and from the values of the domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.kernel.ports import Mac
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Channel, Ticket, Wish
from coprra.domain.sessions.token import Family, Token, TokenKind
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.identity import Method
from coprra.domain.users.language import Language
from coprra.domain.users.link import Link, LinkPurpose
from coprra.domain.users.role import Permission, Role
from coprra.domain.users.user import User, UserId

Values = dict[str, Any]


def instant(micros: int | None) -> datetime | None:
    """NULL: it has not happened."""
    return None if micros is None else from_micros(micros)


def micros(at: datetime | None) -> int | None:
    """The inverse of `instant`."""
    return None if at is None else to_micros(at)


def user_values(user: User) -> Values:
    """A row of `users`."""
    return {
        "id": user.id.value,
        "email": user.email.text,
        "email_canonical": user.email.canonical,
        "email_since": to_micros(user.email_since),
        "email_verified_at": micros(user.email_verified_at),
        "name": user.name,
        "role": user.role.value,
        "language": user.language.value,
        "password_hash": user.password_hash,
        "password_version": user.password_version,
        "created_at": to_micros(user.created_at),
        "disabled_at": micros(user.disabled_at),
        "version": user.version,
    }


def user_of(row: Row[Any], prefix: str = "") -> User:
    """The inverse of `user_values`. prefix: of the columns, where several tables were joined."""
    value = {name.removeprefix(prefix): one for name, one in row._mapping.items() if name.startswith(prefix)}
    return User(
        id=UserId(value["id"]),
        email=EmailAddress(value["email"]),
        name=value["name"],
        role=Role(value["role"]),
        language=Language(value["language"]),
        password_hash=value["password_hash"],
        created_at=from_micros(value["created_at"]),
        email_since=from_micros(value["email_since"]),
        email_verified_at=instant(value["email_verified_at"]),
        disabled_at=instant(value["disabled_at"]),
        password_version=value["password_version"],
        version=value["version"],
    )


def link_values(link: Link) -> Values:
    """A row of `user_links`."""
    return {
        "digest": link.digest,
        "user_id": link.user.value,
        "purpose": link.purpose.value,
        "address": link.address.text,
        "created_at": to_micros(link.created_at),
        "expires_at": to_micros(link.expires_at),
        "used_at": None,
    }


def link_of(row: Row[Any]) -> Link:
    """The inverse of `link_values`."""
    return Link(
        digest=row.digest,
        purpose=LinkPurpose(row.purpose),
        user=UserId(row.user_id),
        address=EmailAddress(row.address),
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
    )


def session_values(session: Session) -> Values:
    """A row of `sessions`."""
    return {
        "id": session.id,
        "digest": session.digest,
        "user_id": session.user.value,
        "methods": _joined(session.methods),
        "created_at": to_micros(session.created_at),
        "seen_at": to_micros(session.seen_at),
        "idle_until": to_micros(session.idle_until),
        "ends_at": to_micros(session.ends_at),
        "stepped_up_at": micros(session.stepped_up_at),
        "revoked_at": micros(session.revoked_at),
        "address": session.origin.address,
        "user_agent": session.origin.user_agent,
    }


def session_of(row: Row[Any]) -> Session:
    """The inverse of `session_values`, but for the request's id, which is not kept."""
    return Session(
        id=row.id,
        digest=row.digest,
        user=UserId(row.user_id),
        methods=_methods(row.methods),
        created_at=from_micros(row.created_at),
        seen_at=from_micros(row.seen_at),
        idle_until=from_micros(row.idle_until),
        ends_at=from_micros(row.ends_at),
        origin=Origin(row.address, row.user_agent),
        stepped_up_at=instant(row.stepped_up_at),
        revoked_at=instant(row.revoked_at),
    )


def ticket_values(ticket: Ticket) -> Values:
    """A row of `login_tickets`."""
    abilities = ticket.wish.abilities
    return {
        "digest": ticket.digest,
        "user_id": ticket.user.value,
        "password_version": ticket.password_version,
        "channel": ticket.wish.channel.value,
        "abilities": None if abilities is None else _joined(abilities),
        "name": ticket.wish.name,
        "created_at": to_micros(ticket.created_at),
        "expires_at": to_micros(ticket.expires_at),
        "tries": ticket.tries,
        "used_at": micros(ticket.used_at),
    }


def ticket_of(row: Row[Any]) -> Ticket:
    """The inverse of `ticket_values`."""
    abilities = None if row.abilities is None else _permissions(row.abilities)
    return Ticket(
        digest=row.digest,
        user=UserId(row.user_id),
        password_version=row.password_version,
        wish=Wish(channel=Channel(row.channel), abilities=abilities, name=row.name),
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        tries=row.tries,
        used_at=instant(row.used_at),
    )


def family_values(family: Family) -> Values:
    """A row of `token_families`."""
    return {
        "id": family.id,
        "user_id": family.user.value,
        "name": family.name,
        "kind": family.kind.value,
        "abilities": _joined(family.abilities),
        "methods": _joined(family.methods),
        "created_at": to_micros(family.created_at),
        "ends_at": to_micros(family.ends_at),
        "revoked_at": micros(family.revoked_at),
    }


def family_of(row: Row[Any], prefix: str = "") -> Family:
    """The inverse of `family_values`."""
    value = {name.removeprefix(prefix): one for name, one in row._mapping.items() if name.startswith(prefix)}
    return Family(
        id=value["id"],
        user=UserId(value["user_id"]),
        name=value["name"],
        kind=TokenKind(value["kind"]),
        abilities=_permissions(value["abilities"]),
        methods=_methods(value["methods"]),
        created_at=from_micros(value["created_at"]),
        ends_at=from_micros(value["ends_at"]),
        revoked_at=instant(value["revoked_at"]),
    )


def token_values(token: Token) -> Values:
    """A row of `tokens`."""
    return {
        "id": token.id,
        "family_id": token.family,
        "kind": token.kind.value,
        "mac_key": token.mac.key,
        "mac": token.mac.digest,
        "created_at": to_micros(token.created_at),
        "expires_at": to_micros(token.expires_at),
        "used_at": micros(token.used_at),
        "revoked_at": micros(token.revoked_at),
        "successor": token.successor,
    }


def token_of(row: Row[Any]) -> Token:
    """The inverse of `token_values`."""
    return Token(
        id=row.id,
        family=row.family_id,
        kind=TokenKind(row.kind),
        mac=Mac(row.mac_key, row.mac),
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        used_at=instant(row.used_at),
        revoked_at=instant(row.revoked_at),
        successor=row.successor,
    )


def device_values(device: Device) -> Values:
    """A row of `mfa_devices`."""
    return {
        "user_id": device.user.value,
        "sealed": device.sealed,
        "confirmed_at": to_micros(device.confirmed_at),
        "last_timecode": device.last_timecode,
        "failures": device.failures,
        "locked_at": micros(device.locked_at),
    }


def device_of(row: Row[Any]) -> Device:
    """The inverse of `device_values`."""
    return Device(
        user=UserId(row.user_id),
        sealed=row.sealed,
        confirmed_at=from_micros(row.confirmed_at),
        last_timecode=row.last_timecode,
        failures=row.failures,
        locked_at=instant(row.locked_at),
    )


def pending_values(pending: PendingDevice) -> Values:
    """A row of `mfa_pending`."""
    return {
        "user_id": pending.user.value,
        "sealed": pending.sealed,
        "session_id": pending.session,
        "expires_at": to_micros(pending.expires_at),
    }


def pending_of(row: Row[Any]) -> PendingDevice:
    """The inverse of `pending_values`."""
    return PendingDevice(
        user=UserId(row.user_id), sealed=row.sealed, session=row.session_id, expires_at=from_micros(row.expires_at)
    )


def recovery_code_values(code: RecoveryCode) -> Values:
    """A row of `recovery_codes`."""
    return {"user_id": code.user.value, "number": code.number, "hash": code.hash, "used_at": micros(code.used_at)}


def recovery_code_of(row: Row[Any]) -> RecoveryCode:
    """The inverse of `recovery_code_values`."""
    return RecoveryCode(UserId(row.user_id), row.number, row.hash, instant(row.used_at))


def reset_values(reset: SecondFactorReset) -> Values:
    """A row of `mfa_resets`."""
    return {
        "user_id": reset.user.value,
        "link_digest": reset.link_digest,
        "reason": reset.reason,
        "requested_at": to_micros(reset.requested_at),
        "requested_by": str(reset.by),
    }


def reset_of(row: Row[Any]) -> SecondFactorReset:
    """The inverse of `reset_values`."""
    return SecondFactorReset(
        user=UserId(row.user_id),
        link_digest=row.link_digest,
        reason=row.reason,
        requested_at=from_micros(row.requested_at),
        by=Actor.parse(row.requested_by),
    )


def _joined(words: frozenset[Method] | frozenset[Permission]) -> str:
    return " ".join(sorted(word.value for word in words))


def _methods(text: str) -> frozenset[Method]:
    return frozenset(Method(word) for word in text.split())


def _permissions(text: str) -> frozenset[Permission]:
    """Without those that this version does not know: what is not named is denied."""
    known = {one.value for one in Permission}
    return frozenset(Permission(word) for word in text.split() if word in known)
