"""Makes the page one file, so that a view of it is one request, which is one invocation of the API's function.

esbuild bundles the scripts and the style sheets, which go into the HTML together with the image. The working copy stays
as it is: `make run` serves its files one by one.

Source: esbuild documentation, "Bundling CSS" and "Command-line flags".
"""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from infra import ROOT
from infra.errors import InfraError

#: The links of the HTML to files of the page: style sheets, modules to load early, and the script.
STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="page/([\w/]+\.css)">\n')
PRELOAD = re.compile(r'<link rel="modulepreload" [^>]*>\n')
SCRIPT = re.compile(r'<script type="module" src="page/([\w/]+\.js)"></script>')
IMAGE = re.compile(r'(?<=")page/(\w+\.svg)(?=")')


def bundle(folder: Path) -> None:
    """Replace the files of a copy of `chalicelib/page`, except for its modules, by one `index.html`.

    Raises:
        InfraError: esbuild is not installed, or refuses a file.
    """
    page = PRELOAD.sub("", (folder / "index.html").read_text())
    (script,) = SCRIPT.findall(page)
    styles = "".join(f'@import "./{name}";\n' for name in STYLE_SHEET.findall(page))
    # A function as the replacement: a backslash in a text would be taken for a group.
    page = STYLE_SHEET.sub("", page)
    page = page.replace("</head>", f"<style>{_esbuild(folder, styles, 'css')}</style>\n</head>")
    code = _esbuild(folder, f'import "./{script}";', "js")
    page = SCRIPT.sub(lambda _: f'<script type="module">{code}</script>', page)
    page = IMAGE.sub(lambda found: f"data:image/svg+xml,{quote((folder / found[1]).read_text())}", page)
    for path in list(folder.iterdir()):
        if path.suffix in {".js", ".css", ".svg"}:
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
    (folder / "index.html").write_text(page)


def esbuild() -> Path | None:
    """Return the path of esbuild, or None if it is not installed."""
    return next((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"), None)


def _esbuild(folder: Path, source: str, kind: str) -> str:
    """Return what a source of `js` or `css` and all that it imports from a folder come to, minified."""
    program = esbuild()
    if program is None:
        message = (
            "esbuild is not installed, which makes the page one file: run `make node_modules/made`, which needs the"
            " npm registry. Stage local does without."
        )
        raise InfraError(message)
    command = [str(program), "--bundle", "--minify", "--format=esm", f"--loader={kind}", "--log-level=warning"]
    result = subprocess.run(command, input=source, capture_output=True, text=True, check=False, cwd=folder)
    if result.returncode or result.stderr:
        message = f"esbuild refuses the page: {result.stderr.strip()}"
        raise InfraError(message)
    return result.stdout.strip()
