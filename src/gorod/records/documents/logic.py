"""Laying out a sheet, and the seal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import segno
from fpdf import FPDF
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from gorod.records.documents.data import Sheet
from gorod.ui.assets import fonts

MARGIN = 22  # millimetres, like everything below
LABEL = 58
CODE = 36
BEGIN_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Seal:
    """The city's key and the certificate that says whose it is."""

    signer: signers.SimpleSigner

    def put_on(self, pdf: bytes, *, reason: str) -> bytes:
        """The same PDF, sealed."""
        about = signers.PdfSignatureMetadata(
            field_name="Seal", reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        written = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer=self.signer)
        sealed: bytes = written.getvalue()
        return sealed


@cache
def seal(pem: str) -> Seal:
    """The seal from a PEM with the private key first and the certificates after it, the own one first."""
    key, _, certificates = pem.partition(BEGIN_CERTIFICATE)
    own, *others = load_certs_from_pemder_data((BEGIN_CERTIFICATE + certificates).encode())
    registry = SimpleCertificateStore.from_certs(others)  # type: ignore[no-untyped-call]
    private = load_private_key_from_pemder_data(key.encode(), None)
    return Seal(signers.SimpleSigner(signing_cert=own, signing_key=private, cert_registry=registry))


def laid_out(sheet: Sheet) -> bytes:
    """The sheet as a PDF without a seal."""
    pdf = FPDF(format="A4")
    pdf.set_lang(sheet.language)
    pdf.set_title(sheet.title)
    pdf.set_author(sheet.issuer)
    pdf.set_margin(MARGIN)
    first, *others = fonts.SCRIPTS
    for script in fonts.SCRIPTS:
        for style, weight in (("", 400), ("B", 700)):
            pdf.add_font(script, style, fonts.plain(script, weight))
    pdf.set_fallback_fonts(others)
    pdf.add_page()
    _write(pdf, first, sheet.issuer, size=13)
    _write(pdf, first, sheet.title, size=21, style="B", before=10)
    _write(pdf, first, sheet.number, size=13, before=2)
    pdf.ln(8)
    for label, words in sheet.lines:
        top = pdf.get_y()
        pdf.set_font(first, "B", 11)
        pdf.multi_cell(LABEL, 6, label, align="L", new_x="LMARGIN", new_y="NEXT")
        under_label = pdf.get_y()
        pdf.set_xy(MARGIN + LABEL, top)
        pdf.set_font(first, "", 11)
        pdf.multi_cell(0, 6, words, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(pdf.get_y(), under_label) + 3)
    pdf.ln(8)
    _code(pdf, first, sheet)
    return bytes(pdf.output())


def _write(pdf: FPDF, font: str, text: str, *, size: int, style: str = "", before: int = 0) -> None:
    pdf.ln(before)
    pdf.set_font(font, style, size)
    pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _code(pdf: FPDF, font: str, sheet: Sheet) -> None:
    """The square code, and beside it the same in letters for whoever has no phone at hand."""
    if pdf.get_y() + CODE > pdf.h - MARGIN:
        pdf.add_page()
    picture = io.BytesIO()
    segno.make(sheet.check, error="m").save(picture, kind="png", scale=8, border=2)
    top = pdf.get_y()
    pdf.image(picture, x=MARGIN, y=top, w=CODE, alt_text=sheet.check)
    pdf.set_xy(MARGIN + CODE + 6, top + 4)
    pdf.set_font(font, "", 11)
    pdf.multi_cell(0, 6, f"{sheet.check_words}\n{sheet.check}", align="L")
