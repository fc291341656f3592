"""The command line (`sitrep`)."""


def main() -> None:
    """Runs the command line."""
