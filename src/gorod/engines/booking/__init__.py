"""Scarce places in time: who offers them (locations, providers, schedules, absences), who holds and books one, who waits for one
that becomes free, who came. It is for everything with a slot: a doctor, a vaccination, a pitch, a visit to a service centre.

Not for places that are dealt out by wishes and priorities (a kindergarten): that is allotment. Not for the queue before an opening:
that is the waiting room.
"""
