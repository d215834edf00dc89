"""The commands of whoever checks, watches or witnesses a log: part of `gorod`, and all of `gorod-verify`."""
