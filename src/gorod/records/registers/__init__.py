"""What agencies state about parties: bitemporal rows that are only ever added. A correction is a later row, a retraction
brings the earlier one back. Not for reading facts: that goes through the door of `facts`, which records the reading."""
