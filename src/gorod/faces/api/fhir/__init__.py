"""HL7 FHIR R4 for the systems of clinics and other agencies: what can be booked at their own locations and who has booked it,
with the operations of IHE Scheduling. Translates and asks the doors of the engines; decides nothing. No store of health
records."""
