import { z } from 'zod';
import { parseInput } from '../../contracts/parse-input.ts';
import type { ControlRoute } from '../route-definition.ts';

const promotionSchema = z.strictObject({ version: z.string().min(1).max(64) });
const rollbackSchema = z.strictObject({ sandbox: z.boolean().default(false) });

export const evidenceRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/evidence'],
  access: ['admin', 'auditor'],
  summary: 'Versions of evidence, and the rows by which decisions go now',
  handle: ({ app }) => app.evidence(),
};

export const promoteEvidenceRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/evidence/promote'],
  access: ['admin'],
  summary: 'Lets decisions go by a version of evidence, from the next request on',
  handle: async ({ app, caller, request }) => {
    const { version } = parseInput(promotionSchema, request.body ?? {});
    await app.promoteEvidence(version, caller.actor);
    return { version, promoted: true };
  },
};

export const rollbackEvidenceRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/evidence/rollback'],
  access: ['admin'],
  summary: 'Lets decisions go by the version promoted before',
  handle: async ({ app, caller, request }) => {
    const { sandbox } = parseInput(rollbackSchema, request.body ?? {});
    return { version: await app.rollbackEvidence(sandbox, caller.actor) };
  },
};
