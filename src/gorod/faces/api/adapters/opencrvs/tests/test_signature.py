"""The signature, against a value that other programs computed."""

from __future__ import annotations

from gorod.faces.api.adapters.opencrvs import signature

SECRET = "d04aec67-1ef4-467a-a5a8-fa5c89ad71ce"
BODY = """{"timestamp":"2026-01-05T09:34:52.632Z","name":"Jürgen O'Brien (Öl) *~!","ж":"50%+1 & \\"2\\" €😀"}"""

# Node 20: createHmac('sha256', SECRET).update('sha256:' + encodeURIComponent(BODY)).digest('hex'); the same from
# printf 'sha256:%7B%22timestamp…' | openssl dgst -sha256 -hmac d04aec67-1ef4-467a-a5a8-fa5c89ad71ce
COMPUTED = "sha256=a35b599b132074f6717e623da2555be0ad2886a8a3a17aac59ab63ec82dd0381"


def test_it_is_the_one_that_node_and_openssl_compute() -> None:
    assert signature.expected(body=BODY.encode(), secret=SECRET) == COMPUTED
    assert signature.holds(body=BODY.encode(), secret=SECRET, signature=COMPUTED)


def test_one_other_byte_secret_or_letter_does_not_hold() -> None:
    assert not signature.holds(body=BODY.encode() + b" ", secret=SECRET, signature=COMPUTED)
    assert not signature.holds(body=BODY.encode(), secret=SECRET + "x", signature=COMPUTED)
    assert not signature.holds(body=BODY.encode(), secret=SECRET, signature=COMPUTED[:-1] + "0")
    assert not signature.holds(body=BODY.encode(), secret=SECRET, signature="")
    assert not signature.holds(body=BODY.encode(), secret=SECRET, signature="sha256=é")


def test_a_body_that_is_no_text_has_a_signature_too() -> None:
    assert not signature.holds(body=b"\xff\xfe", secret=SECRET, signature=COMPUTED)
