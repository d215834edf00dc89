"""A trusted person with a limited mandate: who may deal with which services for somebody, and until when. Children and wards need
none: for whom the law lets one act belongs to applications."""
