import pytest

from writer.redaction import hide_in_arguments, hide_secrets, is_secret_name


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://me:pass@host/x.git", "https://[hidden]@host/x.git"),
        ('+api_key = "abcdefgh1234"', '+api_key = "[hidden]"'),
        ("+HF_TOKEN=abc", "+HF_TOKEN=[hidden]"),
        ("-export AWS_SECRET_ACCESS_KEY = abc def", "-export AWS_SECRET_ACCESS_KEY =[hidden]"),
        ('os.environ["WANDB_API_KEY"] = "0123456789abcdef"', 'os.environ["WANDB_API_KEY"] = "[hidden]"'),
        ('login(token="hf_abcdefghijkl")', 'login(token="[hidden]")'),
        ("Bearer ghp_0123456789abcdef", "Bearer [hidden]"),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n[hidden]\nb"),
        ("a\n-----BEGIN PRIVATE KEY-----\ncut off", "a\n[hidden]"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text, wanted):
    assert hide_secrets(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "token = next(tokens)",
        'tokenizer = "bert-base-uncased"',
        "max_tokens=512",
        'author = "somebody"',
        "+    self.secret_santa = draw()",
        "https://host/path@2x.png",
    ],
)
def test_what_only_sounds_like_one_is_shown(text):
    assert hide_secrets(text) == text


def test_values_of_options_are_hidden_in_both_spellings():
    arguments = [
        "train.py",
        "--token",
        "abc",
        "--hf-token=x",
        "API_KEY=1",
        "--tokenizer",
        "gpt2",
        "--password",
        "--lr=1",
    ]
    assert hide_in_arguments(arguments) == [
        "train.py",
        "--token",
        "[hidden]",
        "--hf-token=[hidden]",
        "API_KEY=[hidden]",
        "--tokenizer",
        "gpt2",
        "--password",
        "--lr=1",
    ]


@pytest.mark.parametrize(
    ("name", "secret"), [("GITHUB_TOKEN", True), ("DB_PASSWORD", True), ("CUDA_VISIBLE_DEVICES", False)]
)
def test_names_of_variables_are_known(name, secret):
    assert is_secret_name(name) is secret
