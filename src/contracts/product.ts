/** Equal to package.json's version, which a test checks: reading the file at run time would cost every start. */
export const PRODUCT_VERSION = '0.1.0';
