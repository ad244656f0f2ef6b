"""The only writers of markup: a Part and a locale's words become SSML or an APL for Audio document."""
