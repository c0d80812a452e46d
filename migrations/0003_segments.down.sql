-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_ask_segments;
DROP TABLE segment_queue, search_blocks, search_segments;
