"""Keys of servers: taken from the environment, sent to the server, and written nowhere.

What a server sends back may hold the key; it is hidden before anything else looks at it.
"""

from __future__ import annotations

import os
import re

from goldwire.errors import InputError
from goldwire.eval.systems.base import System

_SECRET = 8
"""The fewest characters of a secret: what is shorter is a stand-in for a local server, and may be any word."""


def key_of(system: System, name: str) -> str:
    """Give the key that the environment holds under a name; "" where it holds none.

    Raises:
        InputError: no header of HTTP can carry it; the error does not tell it.
    """
    key = os.environ.get(name, "")
    if re.fullmatch(r"[!-~]*", key):
        return key
    found = f"the key in {name} holds a blank, a line's end or a character outside ASCII"
    raise InputError(f"system {system.name}", found, "set it without")


def hidden(said: str, key: str, shown: str = "") -> str:
    """Give what a server said with *** in place of the key; a key that stands in what it was shown is no secret.

    It is to be hidden before anything is cut off: half a key would not be known. Some servers' JSON escapes slashes.
    """
    if len(key) < _SECRET or key in shown:
        return said
    return said.replace(key, "***").replace(key.replace("/", r"\/"), "***")


def without_password(address: str) -> str:
    """Give the address of a server.

    Raises:
        InputError: it holds a name and password, which would be written with the run's settings, or it is none: what
            stands where a port should may be the beginning of a password.
    """
    scheme, _, rest = address.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in host:
        bare = f"{scheme}://{host.rpartition('@')[2]}"
        raise InputError(bare, "a password stands in the address", "put it in an environment variable: key_env")
    if not re.fullmatch(r"(\[.*\]|[^:\[\]]*)(:\d*)?", host):
        raise InputError(f"{scheme}://…", "is no address: its port is no number", "write http://HOST:PORT/PATH")
    return address
