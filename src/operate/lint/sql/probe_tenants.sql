-- What is wrong with tenant isolation: the check's name and the evidence. Needs probe_tenants_define, and a
-- transaction that is rolled back.
SELECT failed, evidence FROM pg_temp.probe_tenants()
