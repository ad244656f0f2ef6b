"""The skill as an HTTPS endpoint on one's own server, for those who do not host it on Lambda.

factory          makes the application for gunicorn and for `python -m skill serve`
app              the Flask application: refuses with 400 before anything is parsed, and answers the rest
verifier         checks that a request comes from Alexa: headers, signature over the raw bytes, time
chain_cache      fetches, checks and keeps Alexa's certificate chains; certificate_host downloads them
replay_cache     answers a request that is sent twice once
loopback         tells requests of this machine from others, for the simulator
ask_sdk_adapter  flask-ask-sdk's adapter, carrying a verified request to the handler that Lambda calls
gunicorn_worker  gunicorn's threaded worker with time limits
"""
