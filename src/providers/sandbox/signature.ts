import { digestOf } from './seeded.ts';

/**
 * Stands where vendors sign thoughts and calls. No secret: it only shows whether what comes back is what was sent, byte
 * for byte, which is what the gateway must see to.
 */
export const signatureOf = (what: 'thought' | 'call', text: string): string =>
  Buffer.from(digestOf(`sandbox ${what} ${text}`), 'hex').toString('base64');
