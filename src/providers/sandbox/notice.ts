/** Stands in every answer of the sandbox, so that nobody takes one for a model's. */
export const SANDBOX_NOTICE = 'SANDBOX: not an AI model';
