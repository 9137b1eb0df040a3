"""Serve AWS's DynamoDB Local on loopback: `python dynamodb_local_server.py <folder of the jar> <port>`.

Its own command line listens on every address of the machine. Here Java runs inside Python (JPype), so that the
address can be set before the server starts. Port 0 takes a free one; the port is printed once the server listens.

Source: Amazon DynamoDB Developer Guide, "DynamoDB local usage notes"; Jetty 12, `ServerConnector.setHost`.
"""

import sys
from pathlib import Path

import jpype

#: Starts Java faster; a garbage collector of several threads is of no use to so small a heap.
JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m")
PACKAGE = "software.amazon.dynamodb.services.local"


def serve(folder: Path, port: int) -> None:
    """Serve tables in memory until the process is ended."""
    jpype.startJVM(
        *JAVA_OPTIONS,
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        classpath=[str(folder / "DynamoDBLocal.jar"), str(folder / "DynamoDBLocal_lib" / "*")],
    )
    arguments = ["-inMemory", "-disableTelemetry"]
    server = jpype.JClass(f"{PACKAGE}.main.ServerRunner").createServerFromCommandLineArgs(arguments)
    field = server.getClass().getDeclaredField("server")
    field.setAccessible(True)
    (connector,) = field.get(server).getConnectors()
    connector.setHost("127.0.0.1")
    connector.setPort(port)
    server.start()
    sys.stdout.write(f"{connector.getLocalPort()}\n")
    sys.stdout.flush()
    server.join()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
