"""The installation's key: 32 random bytes in a file that only its owner may read, kept apart from the database."""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

LENGTH = 32


class UnsafeKeyFile(Exception):
    """Others may read the file, or it does not hold a key."""


def load_or_make(path: Path) -> bytes:
    """The key in the file, made at first use. Raises UnsafeKeyFile."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return load(path)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(LENGTH)))
        file.flush()
        os.fsync(file.fileno())
    return load(path)


def load(path: Path) -> bytes:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UnsafeKeyFile(f"{path} may be read by others: chmod 400 {path}")
    return parse(path.read_text("ascii"))


def parse(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnsafeKeyFile("the wrapping key is not base64") from error
    if len(key) != LENGTH:
        raise UnsafeKeyFile(f"the wrapping key has {len(key)} bytes instead of {LENGTH}")
    return key
