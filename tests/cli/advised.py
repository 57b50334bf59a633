"""The commands that a message tells somebody to type."""

import re

# Where advice ends: at the end of a sentence, a line, a list or its quotes.
_ADVISED = re.compile(r"\b((?:athanor|mkdir) [^`\n]*?)(?=`|\.?$|\. |, | or athanor| or \d+ more| joins| shows| lists|;)",
                      re.MULTILINE)


# What stands for something that only the reader knows.
_TO_FILL_IN = re.compile(r"\b(FROM|TO|ID|OLDER|NEWER|REVISION|SECTION)\b")


def advised_commands(told):
    """Those that can be pasted as they are."""
    return [command for command in _ADVISED.findall(told) if not _TO_FILL_IN.search(command)]
