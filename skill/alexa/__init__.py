"""The Alexa edge, the one room of the skill that knows the SDK: envelope in, response out."""
