"""The skill as an HTTPS endpoint of its own, for those who do not host it on Lambda.

signature   is this request Alexa's? headers, certificate chain, signature over the raw bytes, time
adapter     flask-ask-sdk's adapter, carrying a verified request to the same handler that Lambda calls
app         the Flask application: refuses with 400 before anything is parsed, and answers what is left

`skill.server.factory` makes the application; `skill.cli.serve` serves it on this machine.
"""
