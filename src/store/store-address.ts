/** Where the database is; the path is absolute. A Postgres URL holds a password: it belongs into no message. */
export type StoreAddress = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };
