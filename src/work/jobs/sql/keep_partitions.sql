-- Makes the partitions of the coming periods of every registered table; gives how many were made.
SELECT stele_keep_partitions()
