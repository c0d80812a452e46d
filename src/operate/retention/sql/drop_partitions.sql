-- Partitions of jobs' events that were over before a time; needs become_maintenance. $1 before, $2 only look
-- → partition, events, tenants
SELECT partition, row_count, tenant_count FROM stele_drop_partitions('job_events', $1::timestamptz, $2)
