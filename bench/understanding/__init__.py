"""Measures how well people are understood, on labelled sentences and with two engines.

The recogniser is the simulator's. The classifier is scikit-learn's, trained on the interaction model alone: where both understand a
sentence, the model carries it; where only one does, that engine does. Neither of them is Alexa.
"""
