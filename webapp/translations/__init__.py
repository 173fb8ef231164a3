"""The program's words in other languages: one `messages.po` for each, and the command that keeps it in step with the sources.

`python -m webapp.translations` gathers every sentence and updates the files (docs/translations.md).
"""
