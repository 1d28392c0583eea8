"""Where the desk and its cases are, and which case an address or a field names."""

from aiohttp import web

from adapters.pages.pages import to_page

BASE = "/desk"
CASE = r"/desk/cases/{number:\d{1,9}}"
LONGEST_NUMBER = 9


def number_of(request: web.Request) -> int:
    return int(request.match_info["number"])


def case_typed(text: str) -> int:
    """As people write it, such as “ #1002 ”. 0, which no case has: it is no number."""
    digits = text.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else 0


def back_to_case(request: web.Request, part: str = "") -> web.Response:
    """`part`: what has the focus there, if there is one."""
    return to_page(f"{BASE}/cases/{request.match_info['number']}{'#' if part else ''}{part}")
