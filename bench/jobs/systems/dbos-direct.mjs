// DBOS 5 without a queue: the process that asks for a workflow records it and runs it at once. There
// is no hand-over to a worker, so nothing is dispatched; DBOS's own figures are of this kind.
import * as dbos from './dbos.mjs';

export const title = 'DBOS 5, in process';
export const open = (options) => dbos.open({ ...options, direct: true });
