-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_nearest_in;
