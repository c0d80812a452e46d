-- Takes the index over the tail away; folding and searching go on, more slowly.
-- stele:phase contract
-- stele:no-transaction
SET lock_timeout = '5s';
DROP INDEX CONCURRENTLY IF EXISTS memories_tail;
