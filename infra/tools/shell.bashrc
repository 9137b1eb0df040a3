# shellcheck shell=bash disable=SC1090
# What the shell of `make shell` reads at its start: the user's own file, then the tools of .venv before those that
# the file puts first, as pyenv's and conda's lines do.
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
PATH="$VIRTUAL_ENV/bin:$PATH"
