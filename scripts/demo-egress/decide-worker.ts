import { parentPort, workerData } from 'node:worker_threads';
import { decideMany, type Share } from './decide-many.ts';

parentPort?.postMessage(await decideMany(workerData as Share));
