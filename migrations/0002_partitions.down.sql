-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE partitioned_tables;
DROP FUNCTION stele_drop_partitions;
DROP FUNCTION stele_log_partition;
DROP FUNCTION stele_keep_partitions;
DROP FUNCTION stele_register_partitions;
DROP FUNCTION stele_partitions;
