-- The gaps in partition windows; needs probe_partitions_define.
SELECT gap FROM pg_temp.probe_partitions() gap
