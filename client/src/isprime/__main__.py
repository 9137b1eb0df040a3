"""`python -m isprime` is the command `isprime`."""

from isprime_command import main

main()
