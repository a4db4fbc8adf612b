"""Text in, the same text without what looks like a secret out."""

from __future__ import annotations

import re
from collections.abc import Sequence

HIDDEN = "[hidden]"

# Whole words of a name: "hf_token" and "apiKey", but neither "tokenizer" nor "max_tokens" nor "author".
_WORD = (
    r"(?:token|secrets?|passw(?:or)?d|passphrase|credentials?|auth|api[_-]?key"
    r"|(?:access|private|secret|account)[_-]?key)"
)
_NAME = rf"(?:[\w.-]*[^a-z])?{_WORD}(?:[^a-z][\w.-]*)?"
_SECRET_NAME = re.compile(rf"-{{0,2}}{_NAME}", re.IGNORECASE)
_OPTION = re.compile(rf"(?P<name>-{{0,2}}{_NAME}=)(?P<value>.+)", re.IGNORECASE | re.DOTALL)
# In a source: a literal that is assigned, and a line of a file of settings.
_LITERAL = re.compile(rf"(?P<name>\b{_NAME}[\"']?\]?\s*[=:]\s*)(?P<quote>[\"'])[^\s\"']{{8,}}(?P=quote)", re.IGNORECASE)
_SETTING = re.compile(rf"^(?P<name>[ +-]?(?:export )?[A-Z0-9_]*{_WORD.upper()}[A-Z0-9_]*\s*=)\s*\S.*$", re.MULTILINE)
_USER_OF_URL = re.compile(r"(?<=://)[^/\s@]+(?=@)")
# Tokens of well-known services say by their beginning what they are.
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_|github_pat_|glpat-|hf_|sk-|xox[abprs]-|AKIA|ASIA|AIza|ya29\.|eyJ[\w-]+\.eyJ)[\w.-]{8,}"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


def hide_secrets(text: str) -> str:
    """Without users of URLs, private keys, well-known tokens, and literals and settings named like a secret.

    It hides what can be told by its look, which is not everything.
    """
    text = _PRIVATE_KEY.sub(HIDDEN, text)
    text = _USER_OF_URL.sub(HIDDEN, text)
    text = _TOKEN.sub(HIDDEN, text)
    text = _LITERAL.sub(lambda found: f"{found['name']}{found['quote']}{HIDDEN}{found['quote']}", text)
    return _SETTING.sub(lambda found: found["name"] + HIDDEN, text)


def hide_in_arguments(arguments: Sequence[str]) -> list[str]:
    """Arguments of a command without secrets: as `hide_secrets`, and values of options such as ``--api-key``."""
    shown = []
    hide_next = False
    for argument in arguments:
        option = _OPTION.fullmatch(argument)
        if option:
            shown.append(option["name"] + HIDDEN)
        else:
            shown.append(HIDDEN if hide_next and not argument.startswith("-") else hide_secrets(argument))
        hide_next = argument.startswith("-") and is_secret_name(argument)
    return shown


def is_secret_name(name: str) -> bool:
    """Whether an option or a variable of this name is likely to hold a secret."""
    return _SECRET_NAME.fullmatch(name) is not None
