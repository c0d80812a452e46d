-- Takes the sessions away; their messages and jobs stay.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TABLE sessions;
