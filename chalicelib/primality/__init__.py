"""The mathematics: a number in, a verdict out. Nothing here knows of AWS; importing this loads no library."""
