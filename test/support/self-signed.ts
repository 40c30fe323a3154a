import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and a certificate for it that nobody vouches for, in PEM. */
export interface SelfSigned {
  key: string;
  cert: string;
}

const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
};
/** Context-specific tags of X.509 (RFC 5280, 4.1): version, extensions, and of a name its two kinds. */
const OF = { version: 0xa0, extensions: 0xa3, dnsName: 0x82, ipAddress: 0x87 };

/** Object identifiers in DER: ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
};

function lengthOf(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'));
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value, 'latin1'));
const bits = (bytes: Buffer): Buffer => der(TAG.bits, Buffer.from([0]), bytes);
const extension = (id: string, value: Buffer): Buffer => der(TAG.sequence, oid(id), der(TAG.octets, value));

/** Made anew on each call, so that no key lies about. Good for the DNS name and the IPv4 address, 2020 to 2049. */
export function selfSigned(dnsName: string, ipAddress = '127.0.0.1'): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid(OID.commonName), text(TAG.utf8, dnsName))));
  const algorithm = der(TAG.sequence, oid(OID.ecdsaWithSha256));
  const names = der(
    TAG.sequence,
    text(OF.dnsName, dnsName),
    der(OF.ipAddress, Buffer.from(ipAddress.split('.').map(Number))),
  );
  const isAuthority = der(TAG.sequence, Buffer.from([0x01, 0x01, 0xff]));
  const body = der(
    TAG.sequence,
    der(OF.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.from([1])),
    algorithm,
    name,
    der(TAG.sequence, text(TAG.utcTime, '200101000000Z'), text(TAG.utcTime, '491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      OF.extensions,
      der(TAG.sequence, extension(OID.basicConstraints, isAuthority), extension(OID.subjectAltName, names)),
    ),
  );
  const certificate = der(TAG.sequence, body, algorithm, bits(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}
