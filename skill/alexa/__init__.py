"""The Alexa edge, the only room that knows the SDK: envelope in, response out."""
