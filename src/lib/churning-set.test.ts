import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChurningSet, type Seat } from './churning-set.ts';

test('holds what a built-in Set holds, whoever comes and goes in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(50))), (steps) => {
      const set = new ChurningSet<number>();
      const seats = new Map<number, Seat<number>>();
      for (const [comes, member] of steps) {
        const seat = seats.get(member);
        if (comes && seat === undefined) seats.set(member, set.add(member));
        if (!comes && seat !== undefined) {
          expect(set.delete(seat)).toBe(true);
          expect(set.delete(seat)).toBe(false);
          seats.delete(member);
        }
      }
      const members: number[] = [];
      set.visit((member) => void members.push(member));
      expect(set.size).toBe(seats.size);
      expect(members.sort()).toEqual([...seats.keys()].sort());
    }),
  );
});

test('visits everybody who stays while others leave during the visit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 30 }),
      (count, departures) => {
        const set = new ChurningSet<number>();
        const seats = Array.from({ length: count }, (_, member) => set.add(member));
        const left = new Set<number>();
        const visited = new Set<number>();
        set.visit((member) => {
          visited.add(member);
          for (const [during, who] of departures) {
            const seat = seats[who];
            if (during !== member || seat === undefined) continue;
            set.delete(seat);
            left.add(who);
          }
        });
        for (let member = 0; member < count; member += 1) if (!left.has(member)) expect(visited).toContain(member);
        expect(set.size).toBe(count - left.size);
      },
    ),
  );
});
