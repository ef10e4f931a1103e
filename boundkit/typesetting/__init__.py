"""Formulas as they are set on a page: one tree of boxes from the author's own terms, one renderer a format.

`formulas.py` makes the boxes, `measure.py` and `lines.py` fit them to a column, `latex.py` and `mathml.py`
render them, `prose.py` and `article.py` set whole theorems in the same way."""
