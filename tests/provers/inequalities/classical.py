"""Classical inequalities between polynomials and quotients, with false twins."""

from __future__ import annotations

SIDES = ("a + b > c", "b + c > a", "c + a > b")
ABC = ("a > 0", "b > 0", "c > 0")
CLOSED = ("a >= 0", "b >= 0", "c >= 0")
FOUR = (*ABC, "d > 0")
FIVE = (*FOUR, "e > 0")

TRUE: dict[str, tuple[str, tuple[str, ...]]] = {
    "two squares": ("a**2 + b**2 >= 2*a*b", ()),
    "three squares": ("a**2 + b**2 + c**2 >= a*b + b*c + c*a", ()),
    "AM-GM of three cubes": ("a**3 + b**3 + c**3 >= 3*a*b*c", CLOSED),
    "AM-GM of four fourth powers": ("a**4 + b**4 + c**4 + d**4 >= 4*a*b*c*d", ()),
    "AM-GM of three": ("(a + b + c)**3 >= 27*a*b*c", ABC),
    "AM-GM of four": ("(a + b + c + d)**4 >= 256*a*b*c*d", FOUR),
    "AM-GM of five": ("a**5 + b**5 + c**5 + d**5 + e**5 >= 5*a*b*c*d*e", FIVE),
    "Schur of degree 3": ("a*(a-b)*(a-c) + b*(b-a)*(b-c) + c*(c-a)*(c-b) >= 0", CLOSED),
    "Schur of degree 4": ("a**2*(a-b)*(a-c) + b**2*(b-a)*(b-c) + c**2*(c-a)*(c-b) >= 0", ()),
    "Schur of degree 5": ("a**3*(a-b)*(a-c) + b**3*(b-a)*(b-c) + c**3*(c-a)*(c-b) >= 0", ABC),
    "Nesbitt": ("a/(b+c) + b/(c+a) + c/(a+b) >= 3/2", ABC),
    "Vasc": ("(a**2 + b**2 + c**2)**2 >= 3*(a**3*b + b**3*c + c**3*a)", ()),
    "Motzkin": ("x**4*y**2 + x**2*y**4 + 1 >= 3*x**2*y**2", ()),
    "Motzkin's form": ("x**4*y**2 + x**2*y**4 + z**6 >= 3*x**2*y**2*z**2", ()),
    "Robinson": (
        ("x**6 + y**6 + z**6 + 3*x**2*y**2*z**2"
        " >= x**4*y**2 + x**4*z**2 + y**4*x**2 + y**4*z**2 + z**4*x**2 + z**4*y**2"),
        (),
    ),
    "Choi and Lam": ("x**4*y**2 + y**4*z**2 + z**4*x**2 >= 3*x**2*y**2*z**2", ()),
    "Cesaro": ("(a+b)*(b+c)*(c+a) >= 8*a*b*c", ABC),
    "nine eighths": ("9*(a+b)*(b+c)*(c+a) >= 8*(a+b+c)*(a*b+b*c+c*a)", ABC),
    "harmonic and arithmetic mean": ("(a+b+c)*(1/a + 1/b + 1/c) >= 9", ABC),
    "harmonic and arithmetic mean of four": ("(a+b+c+d)*(1/a + 1/b + 1/c + 1/d) >= 16", FOUR),
    "Cauchy in two dimensions": ("(a**2 + b**2)*(c**2 + d**2) >= (a*c + b*d)**2", ()),
    "Cauchy in three dimensions": (
        "(a**2 + b**2 + c**2)*(x**2 + y**2 + z**2) >= (a*x + b*y + c*z)**2",
        (),
    ),
    "Titu": ("a**2/b + b**2/c + c**2/a >= a + b + c", ABC),
    "cubes over squares": ("a**3/b**2 + b**3/c**2 + c**3/a**2 >= a + b + c", ABC),
    "cubes over products": ("a**3/(b*c) + b**3/(c*a) + c**3/(a*b) >= a + b + c", ABC),
    "Iran 1996": (
        "(a*b + b*c + c*a)*(1/(a+b)**2 + 1/(b+c)**2 + 1/(c+a)**2) >= 9/4",
        ABC,
    ),
    "USAMO 1997": ("1/(a**3+b**3+a*b*c) + 1/(b**3+c**3+a*b*c) + 1/(c**3+a**3+a*b*c) <= 1/(a*b*c)", ABC),
    "USAMO 2003": (
        ("(2*a+b+c)**2/(2*a**2+(b+c)**2) + (2*b+c+a)**2/(2*b**2+(c+a)**2)"
        " + (2*c+a+b)**2/(2*c**2+(a+b)**2) <= 8"),
        ABC,
    ),
    "Japan 1997": (
        "(b+c-a)**2/((b+c)**2+a**2) + (c+a-b)**2/((c+a)**2+b**2) + (a+b-c)**2/((a+b)**2+c**2) >= 3/5",
        ABC,
    ),
    "IMO 1983": ("a**2*b*(a-b) + b**2*c*(b-c) + c**2*a*(c-a) >= 0", SIDES),
    "IMO 1964": ("a**2*(b+c-a) + b**2*(c+a-b) + c**2*(a+b-c) <= 3*a*b*c", (*ABC, *SIDES)),
    "IMO 1984": ("x*y + y*z + z*x - 2*x*y*z <= 7/27", ("x >= 0", "y >= 0", "z >= 0", "x + y + z = 1")),
    "IMO 1984, below": ("x*y + y*z + z*x >= 2*x*y*z", ("x >= 0", "y >= 0", "z >= 0", "x + y + z = 1")),
    "IMO 1995": ("1/(a**3*(b+c)) + 1/(b**3*(c+a)) + 1/(c**3*(a+b)) >= 3/2", (*ABC, "a*b*c = 1")),
    "IMO 2000": ("(a - 1 + 1/b)*(b - 1 + 1/c)*(c - 1 + 1/a) <= 1", (*ABC, "a*b*c = 1")),
    "IMO shortlist 1996": (
        "a*b/(a**5+b**5+a*b) + b*c/(b**5+c**5+b*c) + c*a/(c**5+a**5+c*a) <= 1",
        (*ABC, "a*b*c = 1"),
    ),
    "IMO shortlist 1998": (
        "x**3/((1+y)*(1+z)) + y**3/((1+z)*(1+x)) + z**3/((1+x)*(1+y)) >= 3/4",
        ("x > 0", "y > 0", "z > 0", "x*y*z = 1"),
    ),
    "IMO 2008": (
        "x**2/(x-1)**2 + y**2/(y-1)**2 + z**2/(z-1)**2 >= 1",
        ("x > 1", "y > 1", "z > 1", "x*y*z = 8"),
    ),
    "Padoa": ("(b+c-a)*(c+a-b)*(a+b-c) <= a*b*c", (*ABC, *SIDES)),
    "Padoa without sides": ("(b+c-a)*(c+a-b)*(a+b-c) <= a*b*c", CLOSED),
    "Nesbitt for a triangle": ("a/(b+c-a) + b/(c+a-b) + c/(a+b-c) >= 3", SIDES),
    "triangle, upper Nesbitt": ("a/(b+c) + b/(c+a) + c/(a+b) < 2", (*ABC, *SIDES)),
    "triangle with semiperimeter": ("a**2 + b**2 + c**2 < 2*(a*b + b*c + c*a)", (*ABC, *SIDES)),
    "Weitzenboeck squared": (
        "(a**2+b**2+c**2)**2 >= 3*(a+b+c)*(b+c-a)*(c+a-b)*(a+b-c)",
        (*ABC, *SIDES),
    ),
    "sum one, product": ("a*b*c <= 1/27", (*ABC, "a + b + c = 1")),
    "sum one, reciprocals": ("(1/a - 1)*(1/b - 1)*(1/c - 1) >= 8", (*ABC, "a + b + c = 1")),
    "sum one, squares": ("a**2 + b**2 + c**2 + 2*a*b*c >= 11/27", (*CLOSED, "a + b + c = 1")),
    "sum one, cubes": ("a**3 + b**3 + c**3 + 6*a*b*c >= 1/4", (*CLOSED, "a + b + c = 1")),
    "sum one, over sums": ("a*b/(1+c) + b*c/(1+a) + c*a/(1+b) <= 1/4", (*ABC, "a + b + c = 1")),
    "sum three, squares": ("a**2 + b**2 + c**2 >= 3", ("a + b + c = 3",)),
    "sum three, quotients": ("a/(1+b**2) + b/(1+c**2) + c/(1+a**2) >= 3/2", (*ABC, "a + b + c = 3")),
    "sum three, tangent line": (
        "1/(1+2*a**2) + 1/(1+2*b**2) + 1/(1+2*c**2) >= 1",
        (*ABC, "a + b + c = 3"),
    ),
    "sum three, degree 3": ("a**2*b + b**2*c + c**2*a + a*b*c <= 4", (*CLOSED, "a + b + c = 3")),
    "sum four": ("a**2*b + b**2*c + c**2*a <= 4", (*CLOSED, "a + b + c = 3")),
    "sphere": ("a*b + b*c + c*a <= 1", ("a**2 + b**2 + c**2 = 1",)),
    "sphere, sum": ("a + b + c <= 3", ("a**2 + b**2 + c**2 = 3",)),
    "sphere, product": ("a + b + c <= a*b*c + 2", ("a**2 + b**2 + c**2 = 2",)),
    "sphere, cubes": ("a**3 + b**3 + c**3 >= 3", (*ABC, "a**2 + b**2 + c**2 = 3")),
    "sphere, sum of reciprocals": ("1/a + 1/b + 1/c >= 3", (*ABC, "a**2 + b**2 + c**2 = 3")),
    "product one, sum": ("a + b + c >= 3", (*ABC, "a*b*c = 1")),
    "product one, squares": ("a**2 + b**2 + c**2 >= a + b + c", (*ABC, "a*b*c = 1")),
    "product one, quotients": (
        "1/(1+a+b) + 1/(1+b+c) + 1/(1+c+a) <= 1",
        (*ABC, "a*b*c = 1"),
    ),
    "product one, exact": ("1/(1+a+a*b) + 1/(1+b+b*c) + 1/(1+c+c*a) >= 1", (*ABC, "a*b*c = 1")),
    "pairs": ("a + b + c >= 3", (*ABC, "a*b + b*c + c*a = 3")),
    "pairs, with product": ("a*b*c*(a + b + c) <= 3", (*ABC, "a*b + b*c + c*a = 3")),
    "pairs, quotients": ("1/(1+a**2) + 1/(1+b**2) + 1/(1+c**2) <= 9/4", (*ABC, "a*b + b*c + c*a = 1")),
    "ordered": ("a**2*b + b**2*c + c**2*a >= a*b**2 + b*c**2 + c*a**2", ("a >= b", "b >= c")),
    "Chebyshev": ("3*(a*x + b*y + c*z) >= (a+b+c)*(x+y+z)", ("a >= b", "b >= c", "x >= y", "y >= z")),
    "rearrangement": ("a*x + b*y >= a*y + b*x", ("a >= b", "x >= y")),
    "unit cube": (
        "a*(1-b) + b*(1-c) + c*(1-a) <= 1",
        ("0 <= a", "a <= 1", "0 <= b", "b <= 1", "0 <= c", "c <= 1"),
    ),
    "unit cube, quotients": (
        "a/(b+c+1) + b/(c+a+1) + c/(a+b+1) + (1-a)*(1-b)*(1-c) <= 1",
        ("0 <= a", "a <= 1", "0 <= b", "b <= 1", "0 <= c", "c <= 1"),
    ),
    "Kantorovich": ("(a+b)*(1/a + 1/b) <= 9/2", ("1 <= a", "a <= 2", "1 <= b", "b <= 2")),
    "five in a circle": ("(a+b+c+d+e)**2 >= 4*(a*b+b*c+c*d+d*e+e*a)", FIVE),
    "Shapiro of four": ("a/(b+c) + b/(c+d) + c/(d+a) + d/(a+b) >= 2", FOUR),
    "Turkevich": (
        ("a**4 + b**4 + c**4 + d**4 + 2*a*b*c*d"
        " >= a**2*b**2 + a**2*c**2 + a**2*d**2 + b**2*c**2 + b**2*d**2 + c**2*d**2"),
        FOUR,
    ),
    "four, squares of pairs": (
        "3*(a**2+b**2+c**2+d**2) >= 2*(a*b+a*c+a*d+b*c+b*d+c*d)",
        (),
    ),
    "square roots": ("a + b >= 2*sqrt(a*b)", ABC),
    "square roots of two": ("sqrt(a) + sqrt(b) >= sqrt(a + b)", ("a >= 0", "b >= 0")),
    "square roots with products": (
        "a + b + c >= sqrt(a*b) + sqrt(b*c) + sqrt(c*a)",
        ABC,
    ),
    "square roots over": ("a/sqrt(b) + b/sqrt(a) >= sqrt(a) + sqrt(b)", ("a > 0", "b > 0")),
    "sum three, square roots": ("sqrt(a) + sqrt(b) + sqrt(c) >= a*b + b*c + c*a", (*CLOSED, "a + b + c = 3")),
    "cyclic of degree 4": ("a**4 + b**4 + c**4 + a*b*c*(a+b+c) >= 2*(a**2*b**2+b**2*c**2+c**2*a**2)", ABC),
    "six squares": ("8*(a**3+b**3+c**3) >= (a+b)**3 + (b+c)**3 + (c+a)**3", ABC),
    "Muirhead": ("a**4*b + a**4*c + b**4*a + b**4*c + c**4*a + c**4*b >= 2*a*b*c*(a*b+b*c+c*a)", ABC),
    "Jack Garfunkel's sums": (
        "a**3/(a**2+a*b+b**2) + b**3/(b**2+b*c+c**2) + c**3/(c**2+c*a+a**2) >= (a+b+c)/3",
        ABC,
    ),
    "APMO 2004": ("(a**2+2)*(b**2+2)*(c**2+2) >= 9*(a*b+b*c+c*a)", ABC),
    "positive quadratic": ("a**2 + a*b + b**2 + 1 > 0", ()),
    "degree eight": (
        "(a**2+b**2)*(b**2+c**2)*(c**2+a**2)*(a+b+c)**2 >= 8*a**2*b**2*c**2*(a**2+b**2+c**2)", ABC,
    ),
    "ratio bounded": ("(a+b+c)**2/(a**2+b**2+c**2) <= 3", ABC),
    "mixed": ("a**2/b**2 + b**2/c**2 + c**2/a**2 >= a/b + b/c + c/a", ABC),
    "mixed, turned": ("a**2/b**2 + b**2/c**2 + c**2/a**2 >= b/a + c/b + a/c", ABC),
    "quotients over sums": (
        "a/(a**2+2*b*c) + b/(b**2+2*c*a) + c/(c**2+2*a*b) <= (a+b+c)/(a*b+b*c+c*a)", ABC,
    ),
    "quotients of squares": (
        "(a**2+b**2)/(a+b) + (b**2+c**2)/(b+c) + (c**2+a**2)/(c+a) <= 3*(a**2+b**2+c**2)/(a+b+c)", ABC,
    ),
    "quotients compared": (
        "a**2/(b**2+c**2) + b**2/(c**2+a**2) + c**2/(a**2+b**2) >= a/(b+c) + b/(c+a) + c/(a+b)", ABC,
    ),
    "Vasc's reciprocals": (
        "1/(4*a**2-a*b+4*b**2) + 1/(4*b**2-b*c+4*c**2) + 1/(4*c**2-c*a+4*a**2) >= 9/(7*(a**2+b**2+c**2))",
        ABC,
    ),
    "sphere, differences": ("1/(2-a) + 1/(2-b) + 1/(2-c) >= 3", (*CLOSED, "a**2+b**2+c**2 = 3")),
    "sphere, products": ("1/(1-a*b) + 1/(1-b*c) + 1/(1-c*a) <= 9/2", (*CLOSED, "a**2+b**2+c**2 = 1")),
    "sums with a product": (
        "x + y + z >= x*y + y*z + z*x",
        ("x >= 0", "y >= 0", "z >= 0", "x*y + y*z + z*x + x*y*z = 4"),
    ),
    "squares with a product": ("a**2 + b**2 + c**2 + 2*a*b*c + 1 >= 2*(a*b + b*c + c*a)", ABC),
    "USAMO 2004": ("(a**5-a**2+3)*(b**5-b**2+3)*(c**5-c**2+3) >= (a+b+c)**3", ABC),
    "IMO shortlist 1993": (
        "a*b*c + b*c*d + c*d*a + d*a*b <= 1/27 + 176/27*a*b*c*d",
        ("a >= 0", "b >= 0", "c >= 0", "d >= 0", "a + b + c + d = 1"),
    ),
    "IMO 2001": (
        "a/sqrt(a**2+8*b*c) + b/sqrt(b**2+8*c*a) + c/sqrt(c**2+8*a*b) >= 1", ABC,
    ),
    "square roots of sums": (
        "sqrt(a**2+3*b**2) + sqrt(b**2+3*c**2) + sqrt(c**2+3*a**2) >= 2*(a+b+c)", ABC,
    ),
    "sum three, over square roots": (
        "a/sqrt(3*b+1) + b/sqrt(3*c+1) + c/sqrt(3*a+1) >= 3/2", (*ABC, "a + b + c = 3"),
    ),
    "sum three, sum of square roots": ("sqrt(a) + sqrt(b) + sqrt(c) <= 3", (*ABC, "a + b + c = 3")),
}  # fmt: skip

FALSE: dict[str, tuple[str, tuple[str, ...]]] = {
    "three squares": ("100*(a**2 + b**2 + c**2) >= 101*(a*b + b*c + c*a)", ()),
    "Nesbitt": ("a/(b+c) + b/(c+a) + c/(a+b) > 3/2", ABC),
    "Nesbitt, constant": ("a/(b+c) + b/(c+a) + c/(a+b) >= 1501/1000", ABC),
    "Schur on all reals": ("a*(a-b)*(a-c) + b*(b-a)*(b-c) + c*(c-a)*(c-b) >= 0", ()),
    "Vasc, constant": ("100*(a**2 + b**2 + c**2)**2 >= 301*(a**3*b + b**3*c + c**3*a)", ()),
    "Motzkin, constant": ("x**4*y**2 + x**2*y**4 + 1 >= 3001/1000*x**2*y**2", ()),
    "Cesaro": ("(a+b)*(b+c)*(c+a) >= 801/100*a*b*c", ABC),
    "IMO 1984": ("x*y + y*z + z*x - 2*x*y*z <= 258/1000", ("x >= 0", "y >= 0", "z >= 0", "x + y + z = 1")),
    "triangle": ("a**2 + b**2 + c**2 <= 199/100*(a*b + b*c + c*a)", (*ABC, *SIDES)),
    "triangle without sides": ("a**2 + b**2 + c**2 <= 2*(a*b + b*c + c*a)", ABC),
    "sum three, quotients": ("a/(1+b**2) + b/(1+c**2) + c/(1+a**2) >= 1501/1000", (*ABC, "a + b + c = 3")),
    "product one": ("a + b + c >= 301/100", (*ABC, "a*b*c = 1")),
    "product one, strict": ("a + b + c > 3", (*ABC, "a*b*c = 1")),
    "sphere": ("a*b + b*c + c*a <= 99/100", ("a**2 + b**2 + c**2 = 1",)),
    "pairs": ("a + b + c >= 302/100", (*ABC, "a*b + b*c + c*a = 3")),
    "sum three, degree 3": ("a**2*b + b**2*c + c**2*a + a*b*c <= 399/100", (*CLOSED, "a + b + c = 3")),
    "unit cube": (
        "a*(1-b) + b*(1-c) + c*(1-a) <= 99/100",
        ("0 <= a", "a <= 1", "0 <= b", "b <= 1", "0 <= c", "c <= 1"),
    ),
    "Kantorovich": ("(a+b)*(1/a + 1/b) <= 449/100", ("1 <= a", "a <= 2", "1 <= b", "b <= 2")),
    "five in a circle": ("100*(a+b+c+d+e)**2 >= 401*(a*b+b*c+c*d+d*e+e*a)", FIVE),
    "square roots": ("sqrt(a) + sqrt(b) >= 1001/1000*sqrt(a + b)", ("a >= 0", "b >= 0")),
    "denominator that vanishes": ("1/(a-b)**2 >= 0", ("a > 0", "b > 0")),
    "quotient undefined": ("(a**2 - b**2)/(a - b) > 0", ("a > 0", "b > 0")),
    "wrong order": ("a**2*b + b**2*c + c**2*a >= a*b**2 + b*c**2 + c*a**2", ("a >= b", "c >= b")),
    "Turkevich, constant": (
        ("a**4 + b**4 + c**4 + d**4 + 19/10*a*b*c*d"
        " >= a**2*b**2 + a**2*c**2 + a**2*d**2 + b**2*c**2 + b**2*d**2 + c**2*d**2"),
        FOUR,
    ),
    "square of a difference, strict": ("a**2 + b**2 > 2*a*b", ABC),
    "IMO 2001, constant": (
        "a/sqrt(a**2+8*b*c) + b/sqrt(b**2+8*c*a) + c/sqrt(c**2+8*a*b) >= 1001/1000", ABC,
    ),
    "sum three, sum of square roots": ("sqrt(a) + sqrt(b) + sqrt(c) <= 299/100", (*ABC, "a + b + c = 3")),
    "squares with a product, constant": (
        "a**2 + b**2 + c**2 + 199/100*a*b*c + 1 >= 2*(a*b + b*c + c*a)", ABC,
    ),
}  # fmt: skip
