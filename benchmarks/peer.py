"""Run the tutorial's service on loopback: RabbitMQ, Redis, a Celery worker and gunicorn."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.processes import running, wait_until_listening
from infra import ROOT
from tests.support.servers import free_port

SOURCES = Path(__file__).parent / "peers"
ENVIRONMENT = ROOT / ".venv-peer"

#: Arguments of gunicorn. sync1 is its default and the tutorial's; only gthread keeps connections alive.
VARIANTS = {
    "sync1": (),
    "sync4": ("-w", "4"),
    "gthread": ("-k", "gthread", "-w", "2", "--threads", "16"),
}


def prepare() -> None:
    """Create the peer's virtual environment if it is missing.

    Raises:
        RuntimeError: RabbitMQ or Redis is not installed.
    """
    missing = [name for name in ("rabbitmq-server", "redis-server", "epmd") if shutil.which(name) is None]
    if missing:
        names = ", ".join(missing)
        raise RuntimeError(f"the peer needs {names}: apt-get install rabbitmq-server redis-server")
    if not (ENVIRONMENT / "bin" / "gunicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        install = [ROOT / "infra" / "install", ENVIRONMENT / "bin" / "python", SOURCES / "requirements.txt"]
        subprocess.run(install, check=True)


@dataclass(frozen=True)
class WebServer:
    """A running gunicorn: its port, and its process."""

    port: int
    pid: int


@dataclass(frozen=True)
class Peer:
    """The running broker, result store and worker of the peer, for a web server of any variant."""

    folder: Path
    pids: tuple[int, ...]
    env: dict[str, str]

    @contextlib.contextmanager
    def web_server(self, variant: str) -> Iterator[WebServer]:
        """Run gunicorn with the arguments of a variant in `VARIANTS`; stop it on exit."""
        port, log = free_port(), self.folder / f"gunicorn-{variant}.log"
        command = [str(ENVIRONMENT / "bin" / "gunicorn"), *VARIANTS[variant], "-b", f"127.0.0.1:{port}"]
        with running([*command, "prime_web:application"], log=log, env=self.env, cwd=SOURCES) as process:
            wait_until_listening(port, "gunicorn", alive=process, log=log)
            yield WebServer(port, process.pid)


@contextlib.contextmanager
def peer(variant: str) -> Iterator[tuple[Peer, WebServer]]:
    """Start the peer with a web server of `variant`; yield both, and stop all processes on exit.

    The broker and the store start together, the worker and the web server as soon as both listen. No other order
    starts the peer in less time.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peer-")))
        epmd, amqp, dist, store = (free_port() for _ in range(4))
        rabbit_log, redis_log = folder / "rabbit.log", folder / "redis.log"
        port_mapper = stack.enter_context(
            running(["epmd", "-port", str(epmd), "-address", "127.0.0.1"], log=rabbit_log, env={})
        )
        wait_until_listening(epmd, "epmd", alive=port_mapper, log=rabbit_log)
        broker = stack.enter_context(
            running(
                ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
                log=rabbit_log,
                env=_rabbit_env(folder, epmd=epmd, amqp=amqp, dist=dist),
            )
        )
        redis = stack.enter_context(
            running(
                ["redis-server", "--port", str(store), "--bind", "127.0.0.1", "--dir", str(folder)],
                log=redis_log,
                env={},
            )
        )
        wait_until_listening(store, "Redis", alive=redis, log=redis_log)
        wait_until_listening(amqp, "RabbitMQ", alive=broker, log=rabbit_log)
        env = {
            "PEER_BROKER": f"amqp://guest:guest@127.0.0.1:{amqp}//",
            "PEER_BACKEND": f"redis://127.0.0.1:{store}/0",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        worker = stack.enter_context(
            running(
                [str(ENVIRONMENT / "bin" / "celery"), "-A", "prime_tasks", "worker", "--loglevel=info"],
                log=folder / "celery.log",
                env={**env, "C_FORCE_ROOT": "1"},
                cwd=SOURCES,
            )
        )
        running_peer = Peer(folder, (port_mapper.pid, broker.pid, redis.pid, worker.pid), env)
        yield running_peer, stack.enter_context(running_peer.web_server(variant))


def _rabbit_env(folder: Path, *, epmd: int, amqp: int, dist: int) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"peer{amqp}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(amqp),
        "RABBITMQ_DIST_PORT": str(dist),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
