"""Suites that ask an agent for what people ask of their homes, and the grader that looks at what came of it."""
