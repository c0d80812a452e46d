-- stele:no-transaction
-- stele:phase contract
SET lock_timeout = '5s';
DROP INDEX CONCURRENTLY IF EXISTS delegations_explanation;
