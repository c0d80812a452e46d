-- A runtime that gets through this can carry Stele: every extension loads, an HNSW index answers,
-- names of time zones are known, and TLS's library does its work.
CREATE EXTENSION vector;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION amcheck;
CREATE EXTENSION pageinspect;
CREATE EXTENSION pg_stat_statements;
SET timezone = 'UTC';
CREATE TABLE self_check AS
    SELECT n, ARRAY[n, n * n % 17, n * 3 % 11]::vector(3) AS v FROM generate_series(1, 500) n;
ALTER TABLE self_check ALTER v TYPE vector(3);
CREATE INDEX self_check_v ON self_check USING hnsw (v vector_l2_ops);
SET enable_seqscan = off;
SELECT n FROM self_check ORDER BY v <-> '[7,15,10]' LIMIT 1;
SELECT encode(digest('stele', 'sha256'), 'hex'), similarity('stele', 'steel');
SELECT 1 / (count(*) = 500)::int FROM self_check;
