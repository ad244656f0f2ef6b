"""The bedside page: the stand-in speaker as a device in the browser.

It is for the person at this machine, tries the very handler that Lambda runs, and needs no account anywhere.

    nightstand   a speaker for each tab of the browser, kept in memory
    routes       the page's files and its JSON, mounted by the desk's `serve` on a loopback address and nowhere else
    page/        the page itself; `screen.html` is the device's screen, in a frame that can reach nothing
"""
