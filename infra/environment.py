"""The environment of this project's processes on one machine: what the shell has set for other programs is left out."""

import os
import re
from collections.abc import MutableMapping

#: Variables of AWS's SDKs, of HTTP clients, of Python and Chalice, and the settings of the service, which come from its
#: stack.
FOREIGN = re.compile(
    r"AWS_\w+|BOTO_CONFIG|CHALICE_\w+|(ALL|FTP|HTTP|HTTPS|NO)_PROXY|PYTHON\w+"
    r"|API_URL|EVENT_BUS|MAX_DIGITS|METRICS_NAMESPACE|RETENTION_DAYS|SLOTS|TABLE_NAME|\w+_QUEUE_URL",
    re.IGNORECASE,
)
#: In their place: no file of the user's home, no credentials of the machine, and UTF-8 whatever the locale is.
OWN = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONUTF8": "1",
}
#: For the processes that serve: an arena of malloc for each thread would keep what the largest request took there.
#: Source: mallopt(3).
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}


def isolate(environment: MutableMapping[str, str] = os.environ, *, kept: frozenset[str] = frozenset()) -> None:
    """Change the environment of this process, which those that it starts inherit; the names in `kept` stay.

    Only the Makefile keeps from this process itself what Python reads when it starts, such as PYTHONPATH.
    """
    for name in [name for name in environment if name not in kept and FOREIGN.fullmatch(name)]:
        del environment[name]
    environment.update(OWN)
