"""Scarce places (kindergartens, first grades, health camps, pitches) dealt out by wishes, priorities, quotas and a public
lottery, as anybody can deal them out again from published files: `problem` and `input_file` are what is dealt from, `lottery`
the lots, `matching` who gets what, `reasons` why, `rounds` what comes after, `result` and `audit` what the city declares and
whether it adds up. The city's engine deals with the same code. Not for taking applications or for checking what people say of
themselves: who holds which criterion is settled before."""
