import { readRequestHeaders } from '../data-plane.ts';
import { readBody } from '../read-body.ts';
import type { RawRoute } from '../route-definition.ts';

/** Decide, do not call. 200 even when nothing remains: that is an answer, not an error. */
export const routeRoute: RawRoute = {
  method: 'POST',
  paths: ['/api/route'],
  access: ['app', 'admin', 'auditor'],
  summary: 'What would be done with this request: task, labels, removals, plan, expected cost; nobody is called',
  raw: true,
  dialect: 'openai',
  handle: ({ app, caller, request, response }) =>
    new Promise<void>((resolve, reject) => {
      readBody(
        request,
        app.maxBodyBytes,
        (whole) => {
          app
            .route(whole(), caller.key, readRequestHeaders(request))
            .then((decision) => {
              const text = JSON.stringify(decision);
              const length = Buffer.byteLength(text);
              response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
              response.end(text);
              resolve();
            })
            .catch(reject);
        },
        reject,
      );
    }),
};
