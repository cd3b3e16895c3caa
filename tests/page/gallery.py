#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes docs/gallery.md and its pictures anew: one of the report's page for each of the samples below."""
import pathlib
import sys
import tempfile
import textwrap

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / folder) for folder in ("tests/lib", "tests/program", "tools")]
from browser import Browser  # noqa: E402
from pages import report  # noqa: E402
from samples import sample  # noqa: E402

DOCS = CHECKOUT / "docs"
HEAD = """# Gallery

Pages that `tcpstate report` makes of the recorded captures in [sample_pcaps](../sample_pcaps/README.md). The page is one file: step
through it with the arrow keys, or send it to somebody. `tests/page/gallery.py` makes the pictures.
"""
TAIL = """
## All connections of a capture

What is wrong comes first. A finding filters the table, and so does a bar of a plot.

    tcpstate report sample_pcaps/mixed.pcapng -o report.html

![Findings, table of connections and plots](images/report_capture.png)

## As a question

With `--hide-answers` the page asks for the states after each segment, and the questions of `tcplab quiz`; it checks the answers and
keeps the score.

    tcpstate report --hide-answers sample_pcaps/half_closed_transfer.pcapng -o report.html

![Two choices beside the ladder](images/report_teaching.png)

![Questions about the connection, one answered](images/report_questions.png)

## In the dark, and on a small screen

![The page in dark colours](images/report_dark.png)

![The page 360 pixels wide](images/report_narrow.png)
"""
PICTURES = (
    # sample, other points, frame, height, title, what to see
    ("half_open_crash", (), 7, 800, "A server dies, and its client does not know",
     "After frame 5 the server is gone. Nothing tells the client, until it sends and the restarted server answers by RST "
     "(RFC 9293, figure 10)."),
    ("half_open_retransmit", ("server",), 12, 1180, "The same from two points",
     "Two captures, one before the client and one before the server. The server's FIN and RST were lost on the way, and so was what the "
     "client repeated."),
    ("outage_recovers", (), 11, 900, "An outage that is no crash",
     "The server is silent for a while and answers again: half-open was suspected, and is taken back."),
    ("half_closed_transfer", (), 9, 900, "Half-closed on purpose",
     "The client has sent FIN and reads on; the server sends for as long as it likes in CLOSE-WAIT."),
    ("simultaneous_close", (), 6, 800, "Both ends close at once",
     "Both FINs cross, and both ends pass through CLOSING (RFC 9293, figure 13)."),
    ("simultaneous_open", (), 3, 800, "Both ends open at once", "SYN meets SYN, and nobody listened (RFC 9293, figure 7)."),
    ("forged_rst_in_window", (), 9, 850, "A forged RST that misses",
     "The number of the RST is in the window but not the one expected, so the client asks by a challenge ACK (RFC 5961), and nothing "
     "happens."),
    ("two_points_rst_to_both", ("server",), 6, 800, "A RST that neither end sent",
     "Each end got a RST that the other end never sent: both were injected between the two captures."),
    ("reboot_and_reconnect", (), 8, 800, "A client reboots and comes back",
     "Its new SYN meets a server that still holds the old connection; a challenge ACK asks, and the RST answers (RFC 9293, figure 9)."),
    ("icmp_port_unreachable", (), 2, 700, "ICMP ends an attempt", "The answer to the SYN is an ICMP error, and the client gives up."),
)


def picture(browser, folder, name, others, frame, height):
    page = report(folder, sample(name), *(sample(f"{name}.{other}") for other in others), name=f"{name}.html")
    browser.fresh(1280, height)
    browser.open(page, f"#conn=0&frame={frame}")
    path = DOCS / "images" / f"report_{name}.png"
    browser.screenshot(path)
    if browser.complaints():
        raise SystemExit(f"gallery: the page of {name} complains")
    return path.relative_to(DOCS)


def main():
    browser = Browser()
    try:
        with tempfile.TemporaryDirectory() as folder:
            parts = [HEAD]
            for name, others, frame, height, title, text in PICTURES:
                path = picture(browser, pathlib.Path(folder), name, others, frame, height)
                files = " ".join(f"sample_pcaps/{each}.pcapng" for each in (name, *(f"{name}.{other}" for other in others)))
                parts.append(f"\n## {title}\n\n{textwrap.fill(text, 130)}\n\n    tcpstate report {files} -o report.html\n\n"
                             f"![{title}: ladder and states]({path})\n")
    finally:
        browser.quit()
    (DOCS / "gallery.md").write_text("".join(parts) + TAIL)


if __name__ == "__main__":
    main()
