-- Months of jobs' events that were over before a time. $1 before, $2 only look → partition, events, tenants
SELECT partition, events, tenants FROM stele_drop_partitions($1::timestamptz, $2)
