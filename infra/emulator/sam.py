"""The SAM transform of a template, made before MiniStack gets it: `python -m infra.emulator.sam`.

MiniStack would make it in its own process, and then keep 40 MB of the translator for as long as it runs. A process of
MiniStack's environment makes it here, in the same way, once for each template.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from infra import ROOT
from infra.emulator import EMULATOR_REGION, PYTHON
from infra.errors import InfraError

FOLDER = ROOT / "build" / "templates"
REQUIREMENTS = ROOT / "infra" / "emulator-requirements.txt"


def transformed(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without SAM's types, as MiniStack itself would make it.

    Raises:
        InfraError: The translator refuses the template; the message has its reason.
    """
    # Code changes more often than all else, and the transform passes its place on as it is: one does for any code.
    functions = [about for about in template["Resources"].values() if about["Type"] == "AWS::Serverless::Function"]
    keys = sorted({function["Properties"]["CodeUri"]["Key"] for function in functions})
    stand_ins = {key: f"code-{index}.zip" for index, key in enumerate(keys)}
    text = json.dumps(template)
    for key, stand_in in stand_ins.items():
        text = text.replace(key, stand_in)
    made_of = (text, REQUIREMENTS.read_text(), Path(__file__).read_text())
    file = FOLDER / f"{hashlib.sha256(''.join(made_of).encode()).hexdigest()}.json"
    if not file.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [str(PYTHON), "-m", "infra.emulator.sam"]
        environment = {**os.environ, "AWS_DEFAULT_REGION": EMULATOR_REGION}  # of the resources that it names
        made = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
        )
        if made.returncode:
            message = f"The SAM transform refuses the template: {made.stderr.strip().splitlines()[-1]}"
            raise InfraError(message)
        whole = file.with_suffix(f".{os.getpid()}")
        whole.write_text(made.stdout)
        whole.rename(file)
    text = file.read_text()
    for key, stand_in in stand_ins.items():
        text = text.replace(stand_in, key)
    result: dict[str, Any] = json.loads(text)
    return result


def main() -> None:
    """Read a template from the input, and write it transformed."""
    from samtranslator.translator.transform import transform  # noqa: PLC0415 - it is in the emulator's environment only

    json.dump(transform(json.load(sys.stdin), {}, SimpleNamespace(load=dict)), sys.stdout)


if __name__ == "__main__":
    main()
