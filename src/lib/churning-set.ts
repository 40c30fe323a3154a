/** A member's place in its set, given by `add` and needed to leave. */
export interface Seat<Member> {
  readonly member: Member;
  /** -1 once it has left. */
  at: number;
}

/**
 * A set whose members come and go by the thousand a second while few are in it at a time.
 *
 * The built-in Set does the same and spoils garbage collection: each time its table is rebuilt the old table keeps its
 * members and points to the new one, so that one table which got into the old generation keeps all later ones alive, and
 * with them whatever their members reach, until a full collection. Of requests in flight that was a quarter of all that
 * they had allocated (docs/decisions/0014-what-outlives-a-request.md).
 */
export class ChurningSet<Member> {
  readonly #seats: Seat<Member>[] = [];

  get size(): number {
    return this.#seats.length;
  }

  add(member: Member): Seat<Member> {
    const seat = { member, at: this.#seats.length };
    this.#seats.push(seat);
    return seat;
  }

  /** The last one takes the place. False when it had left before. */
  delete(seat: Seat<Member>): boolean {
    const { at } = seat;
    if (at === -1) return false;
    seat.at = -1;
    const last = this.#seats.pop() as Seat<Member>;
    if (last !== seat) {
      last.at = at;
      this.#seats[at] = last;
    }
    return true;
  }

  /** Of all members, in no order. Whoever leaves afterwards is found at -1. */
  seats(): Seat<Member>[] {
    return [...this.#seats];
  }

  /** In no order. Members may leave meanwhile, the visited one or others; none that stays is left out. */
  visit(look: (member: Member) => void): void {
    // From the end: whoever takes a place was visited already, or comes to lie before this point.
    for (let at = this.#seats.length - 1; at >= 0; at -= 1) {
      const seat = this.#seats[at];
      if (seat !== undefined) look(seat.member);
    }
  }
}
