"""Documents that the city gives out: a PDF under the city's seal, and the code on it by which anybody checks that it still holds.
What a document says is put together by those who know; nothing is stored."""
