-- Takes the segments away; the rows they were made from stay, and are searched one by one.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE search_folds, search_blocks, search_segments;
ALTER TABLE memories DROP COLUMN folded;
