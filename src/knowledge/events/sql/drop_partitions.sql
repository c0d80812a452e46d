-- Drops the partitions of the stream that were over so long ago; needs become_maintenance. Gives how many. $1 days
SELECT count(*)::int FROM stele_drop_partitions('events', now() - make_interval(days => $1))
