"""The bedside page: the simulated device in the browser of this machine.

It calls the handler that Lambda runs, and needs no account.

    sessions     a simulated speaker for each tab of the browser, kept in memory
    routes       the page's files and its JSON, mounted by `python -m skill serve` on a loopback address and nowhere else
    page/        the page itself; `screen.html` is the device's screen, in a frame that can reach nothing
"""
