"""What this installation is told from outside, and what it makes for itself when it is told nothing.

| variable | meaning | default |
|---|---|---|
| `GOROD_HOME` | folder for the embedded database, secrets and logs | `var/` of the project |
| `GOROD_CITY` | folder of the city's content | `cities/moscow` |
| `DATABASE_URL` | PostgreSQL 15 or newer | the embedded server, started by `gorod run` |
| `GOROD_SECRET_KEY` | Django's key, at least 50 characters | made once, kept in `GOROD_HOME/secrets.json` (mode 600) |
| `GOROD_OIDC_KEY` | RSA private key (PEM) that signs tokens | made once, kept there too |
| `GOROD_PUSH_KEY` | P-256 private key (PEM) that signs web pushes; a new one ends all subscriptions | made once, kept there too |
| `GOROD_PUSH_PRIVATE` | 1: pushes may go to addresses inside, also without TLS: only to try things out | 0 |
| `GOROD_SEAL` | PEM of the seal on documents: a private key, its certificate, those above it | made once, kept there too |
| `GOROD_LEDGER_KEY` | PRIVATE+KEY+name+…: signs the ledger and says what it is called | made once, kept there too |
| `GOROD_POLLS_KEY` | 32 bytes in base64: under it keys of polls and lotteries are kept | made once, kept there too |
| `GOROD_WITNESSES` | who cosigns the ledger: key and address of each, separated by spaces | nobody |
| `GOROD_WITNESS_QUORUM` | how many of them must, before anything is published | all of them |
| `GOROD_ALLOWED_HOSTS` | host names, comma separated | loopback only |
| `GOROD_HTTPS` | 1: residents come by https (through a proxy that sets X-Forwarded-Proto); cookies go nowhere else | 0 |
| `GOROD_TRUSTED_PROXIES` | how many proxies stand before the web server, for the address in X-Forwarded-For | 0 |
| `GOROD_PORT` | port of the web server | 8000 |
| `GOROD_BRAKE_REQUESTS`, `GOROD_BRAKE_MS` | when so many of a process's four requests take longer, forms wait | 3; 1000 |
| `GOROD_EMAIL_HOST`, `GOROD_EMAIL_PORT` | the mail server that takes e-mails | none: e-mails wait; 587 |
| `GOROD_EMAIL_USER`, `GOROD_EMAIL_PASSWORD` | how to sign in there; with them the connection is encrypted (STARTTLS) | none |
| `GOROD_EMAIL_FROM` | the sender of e-mails, and whom push services turn to; some refuse one at localhost | gorod@localhost |
| `GOROD_OPENCRVS_SECRET` | the secret that OpenCRVS signs its webhooks with | none: its address is closed |
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gorod.kernel.errors import BadInput
from gorod.kernel.merkle import api as merkle

_FOUND = "GOROD_DATABASE_FOUND"  # DATABASE_URL came from the file of a running `gorod run`, not from outside

SEAL_DAYS = 5 * 366
LEDGER = "localhost/ledger"  # what a ledger is called that nobody gave a name

PROJECT = Path(__file__).resolve().parents[3]


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _sealing(key: ec.EllipticCurvePrivateKey) -> str:
    """A key with a certificate that only says so itself: enough until the city's own is put in its place."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Gorod")])
    now = datetime.now(UTC)
    only_signs = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now,
        not_valid_after=now + timedelta(days=SEAL_DAYS),
    ).add_extension(only_signs, critical=True)
    return _pem(key) + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


MADE: Mapping[str, Callable[[], str]] = {
    "GOROD_SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "GOROD_OIDC_KEY": lambda: _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    "GOROD_PUSH_KEY": lambda: _pem(ec.generate_private_key(ec.SECP256R1())),
    "GOROD_SEAL": lambda: _sealing(ec.generate_private_key(ec.SECP256R1())),
    "GOROD_POLLS_KEY": lambda: b64encode(secrets.token_bytes(32)).decode(),
    "GOROD_LEDGER_KEY": lambda: merkle.written_signer(name=LEDGER, seed=secrets.token_bytes(32)),
}
"""The secrets that an installation makes for itself."""


def home() -> Path:
    """The folder for everything this installation writes."""
    return Path(os.environ.get("GOROD_HOME", PROJECT / "var")).resolve()


def city_folder() -> Path:
    """The folder of the city's content."""
    return Path(os.environ.get("GOROD_CITY", PROJECT / "cities" / "moscow")).resolve()


def database_file() -> Path:
    """Where a running `gorod run` writes how its embedded database is reached, for the other commands."""
    return home() / "database-url"


def names_database() -> bool:
    """Whether somebody outside named a database with DATABASE_URL."""
    return "DATABASE_URL" in os.environ and _FOUND not in os.environ


def witnesses() -> tuple[list[tuple[str, str]], int]:
    """Key and address of each witness of the ledger, and how many must cosign. Raises BadInput."""
    words, quorum = os.environ.get("GOROD_WITNESSES", "").split(), os.environ.get("GOROD_WITNESS_QUORUM", "")
    found = list(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or (quorum and not quorum.isdecimal()):
        raise BadInput(
            "GOROD_WITNESSES and GOROD_WITNESS_QUORUM do not fit together",
            remedy="write name+1a2b3c4d+BA… https://… for each witness, and a number",
        )
    return found, int(quorum) if quorum else len(found)


def language() -> str:
    """The language of what the command line tells: Russian in a Russian terminal, else English."""
    return "ru" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).lower().startswith("ru") else "en"


def prepare() -> None:
    """Put into the environment what is not there: secrets from `GOROD_HOME`, made when they do not exist."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorod.project.settings")
    if "DATABASE_URL" not in os.environ and database_file().exists():
        os.environ["DATABASE_URL"] = database_file().read_text()
        os.environ[_FOUND] = "1"
    wanted = MADE.keys() - os.environ.keys()
    if not wanted:
        return
    kept = _secrets(wanted)
    for name in wanted:
        os.environ[name] = kept[name]


def stand_in() -> None:
    """Put into the environment what settings must find, for a process that works on files alone: no secret, no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorod.project.settings")
    os.environ["DATABASE_URL"] = "postgresql:///no-database-here"
    for name in MADE:
        os.environ[name] = f"no {name} here"


def _secrets(wanted: Set[str]) -> dict[str, str]:
    """What is kept; what an older release did not know yet, or nobody made before, is made now."""
    path = home() / "secrets.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes that start together must agree
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if missing := wanted - kept.keys():
            kept |= {name: MADE[name]() for name in missing}
            partial = path.with_suffix(".new")
            with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                json.dump(kept, file)
            partial.rename(path)
    return kept
