/** Somebody at the terminal gave up: no error to explain, and an exit code of its own. */
export class Interrupted extends Error {}
