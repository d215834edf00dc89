"""Offers outside life events: what a sweep finds due is offered once, and accepted, declined or withdrawn. What a life event
carries is `journeys`' business; applying, `applications`'; rights that end, `renewals`'."""
