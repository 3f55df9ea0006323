"""Rehearse recovery."""

from dataclasses import dataclass, replace
from datetime import datetime

from coprra.domain.backups.damage import Damaged, Mismatch
from coprra.domain.backups.health import too_late, too_old
from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.level import Level
from coprra.domain.backups.ports import Database, Probe
from coprra.domain.backups.proof import Proof, prove, proved_with
from coprra.domain.backups.recovery import Rehearsal, predicted_rto
from coprra.domain.backups.repository import Progress, Repository, in_silence
from coprra.domain.backups.verify_backups import Verdict, recorded
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Randomness


@dataclass(frozen=True, slots=True)
class RehearseRecovery:
    """Use case: be back after a disaster, for practice (L3): out of the store, with the secret keys at hand.

    What a restore would choose comes back, and coprra runs on it; so does an older backup, which one is left to chance.
    Meant for a machine that has nothing else. What it takes is timed from the first look into the store.
    """

    repository: Repository
    database: Database
    randomness: Randomness
    probe: Probe | None

    def __call__(self, *, by: Actor, progress: Progress = in_silence) -> Verdict:
        """What is wrong is in the verdict, and in the journal where this machine may sign.

        Raises: UnknownBackup, WrongKey, LeaseHeld, StoreFull, StoreUnreachable.
        """
        with self.repository.job("verify"):
            begun = self.repository.clock.now()
            try:
                history = self.repository.history()
                verdict = self._rehearsed(history, begun, progress)
            except Damaged as damage:
                verdict = Verdict(level=Level.L3, examined=(), damages=(damage,))
            return recorded(self.repository, verdict, by)

    def _rehearsed(self, history: History, begun: datetime, progress: Progress) -> Verdict:
        chain = newest = history.chosen(None)
        older = self._older(history, newest[-1])
        read = self.repository.clock.now() - begun
        try:
            proof, remarks = self._back(newest, progress)
            if older:
                chain = older
                self._back(older, progress)
        except Damaged as damage:
            return Verdict(level=Level.L3, examined=(chain[-1].id,), damages=(damage,))
        except Mismatch as mismatch:
            return Verdict(level=Level.L3, examined=(chain[-1].id,), mismatch=mismatch)
        return Verdict(
            level=Level.L3,
            examined=tuple(dict.fromkeys((*proved_with(newest), *proved_with(older)))),
            size=proof.size,
            restored=read + proof.restored,
            checked=proof.checked,
            missed=self._missed(newest[-1], proof),
            remarks=remarks,
        )

    def _back(self, chain: tuple[Backup, ...], progress: Progress) -> tuple[Proof, tuple[str, ...]]:
        with self.database.scratch() as target:
            proof = prove(self.repository, chain, target, progress)
            if self.probe is None or target.url is None:
                return proof, ("coprra could not be run on what was brought back.",)
            asked = self.repository.clock.now()
            wrong = self.probe(target.url)
            if wrong:
                raise Mismatch(f"coprra does not run on {chain[-1].id}: {'; '.join(wrong)}.")
            return replace(proof, checked=proof.checked + self.repository.clock.now() - asked), ()

    def _older(self, history: History, newest: Backup) -> tuple[Backup, ...]:
        others = [one for one in history.sound() if one.number < newest.number]
        if not others:
            return ()
        return history.chain(others[int.from_bytes(self.randomness.draw(4), "big") % len(others)].id)

    def _missed(self, newest: Backup, proof: Proof) -> tuple[str, ...]:
        limits, now = self.repository.policy.limits, self.repository.clock.now()
        rehearsal = Rehearsal(size=proof.size, restored=proof.restored, checked=proof.checked)
        missed = (
            too_old("The newest backup", newest.manifest.taken_at, limits.backup_age, now),
            too_late(predicted_rto(proof.size, [rehearsal]), limits.rto),
        )
        return tuple(said for said in missed if said)
