-- Makes the partitions of job_events for the coming months; gives how many were made. $1 months
SELECT stele_keep_partitions($1)
