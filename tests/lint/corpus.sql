-- What `db lint` and squawk are both asked about; README.md says how the cases are written.

DROP TABLE a;

DROP TABLE IF EXISTS a, b CASCADE;

drop /* the */ table -- old
    "A";

-- differs: what the same file made is new to us
CREATE TABLE a (id bigint);
DROP TABLE a;

DROP INDEX i;

-- no-transaction
-- differs: without a lock it still takes the index away from older binaries
DROP INDEX CONCURRENTLY i;

DROP DATABASE d;

ALTER TABLE t DROP COLUMN a;

ALTER TABLE t DROP a;

ALTER TABLE IF EXISTS ONLY t ADD COLUMN b bigint, DROP COLUMN IF EXISTS a;

-- differs: what the same file made is new to us
CREATE TABLE t (id bigint);
ALTER TABLE t DROP COLUMN id;

ALTER TABLE t ALTER COLUMN a DROP DEFAULT;

ALTER TABLE t RENAME TO u;

ALTER TABLE t RENAME COLUMN a TO b;

ALTER TABLE t RENAME a TO b;

-- differs: squawk looks at tables and columns alone
ALTER TABLE t RENAME CONSTRAINT a TO b;

-- differs: squawk looks at tables and columns alone
ALTER INDEX i RENAME TO j;

-- differs: squawk does not look at it; the old name is gone all the same
ALTER TABLE t SET SCHEMA s;

ALTER TABLE t ALTER COLUMN a TYPE bigint;

ALTER TABLE t ALTER a SET DATA TYPE bigint USING a::bigint;

ALTER TABLE t ALTER COLUMN type SET DEFAULT 'type';

ALTER TABLE t ALTER COLUMN a SET NOT NULL;

ALTER TABLE t ALTER a DROP NOT NULL;

ALTER TABLE t ADD COLUMN a bigint NOT NULL;

ALTER TABLE t ADD a bigint NOT NULL;

ALTER TABLE t ADD COLUMN a bigint NOT NULL DEFAULT 1;

ALTER TABLE t ADD COLUMN a bigint DEFAULT (1) NOT NULL;

ALTER TABLE t ADD COLUMN a bigint;

ALTER TABLE t ADD COLUMN a boolean DEFAULT (b IS NOT NULL);

ALTER TABLE t ADD COLUMN a bigint NOT NULL GENERATED ALWAYS AS IDENTITY;

-- differs: serial brings its default, so rows that are there get a value
ALTER TABLE t ADD COLUMN a bigserial NOT NULL;

-- differs: PRIMARY KEY is NOT NULL, too, which squawk does not count
ALTER TABLE t ADD COLUMN a bigint PRIMARY KEY;

ALTER TABLE t ADD COLUMN a bigint REFERENCES u (a);

ALTER TABLE t ADD COLUMN a bigint UNIQUE;

-- differs: squawk does not look at a new column's CHECK; the server does, at every row
ALTER TABLE t ADD COLUMN a bigint CHECK (a > 0);

ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);

ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;

ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT c;

ALTER TABLE t VALIDATE CONSTRAINT c;

ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a);

ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (a) NOT VALID;

ALTER TABLE t ADD CONSTRAINT c UNIQUE (a);

ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i;

ALTER TABLE t ADD PRIMARY KEY (a);

ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX i;

ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (a WITH =);

ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0);

-- differs: squawk refuses constraints of domains altogether
ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0) NOT VALID;

CREATE TABLE a (id bigint);
ALTER TABLE a ADD CONSTRAINT c CHECK (id > 0);

CREATE INDEX i ON t (a);

CREATE UNIQUE INDEX IF NOT EXISTS i ON t USING btree (a) WHERE a IS NOT NULL;

CREATE INDEX CONCURRENTLY i ON t (a);

-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);

CREATE TABLE t (a bigint);
CREATE INDEX i ON t (a);

CREATE TABLE IF NOT EXISTS t (a bigint);
CREATE INDEX i ON t (a);

CREATE TABLE public.t (a bigint);
CREATE INDEX i ON t (a);

CREATE TABLE s.t (a bigint);
CREATE INDEX i ON u (a);

-- differs: squawk does not see that this makes a table
CREATE TABLE t AS SELECT 1 AS a;
CREATE INDEX i ON t (a);

-- differs: squawk does not see that this makes something to index
CREATE MATERIALIZED VIEW t AS SELECT 1 AS a;
CREATE INDEX i ON t (a);

TRUNCATE t CASCADE;

-- differs: squawk minds the CASCADE alone
TRUNCATE t;

BEGIN;
SELECT 1;
COMMIT;

COMMIT;

ROLLBACK;

START TRANSACTION;

-- differs: squawk does not look at savepoints
SAVEPOINT a;

PREPARE a AS SELECT 1;

-- bare
ALTER TABLE t ADD COLUMN a bigint;

-- bare
SET lock_timeout = '5s';
SET statement_timeout = '5s';
ALTER TABLE t ADD COLUMN a bigint;

-- DROP TABLE a;
SELECT 1;

/* DROP /* nested */ TABLE a; */
SELECT 1;

SELECT '; DROP TABLE a;', 'it''s; DROP TABLE a;';

SELECT E'\'; DROP TABLE a; --';

SELECT '\'; DROP TABLE a;

SELECT $x$; DROP TABLE a; $$; $x$;

SELECT 1 AS "; DROP TABLE a";

CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$;

-- differs: squawk does not look into DO blocks
DO $$ BEGIN DROP TABLE a; END $$;

INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1;

CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();

COMMENT ON TABLE a IS 'we DROP TABLE b; TRUNCATE c';
