-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE dead_letters;
