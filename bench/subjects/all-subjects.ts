import { portkey } from '../peers/portkey.ts';
import { alidade } from './alidade.ts';
import { bareRelay } from './bare-relay.ts';
import { nginx } from './nginx.ts';
import type { Subject } from './subject.ts';

/** Every program that can be measured, in the order in which a round visits them. */
const ALL_SUBJECTS: readonly Subject[] = [nginx, bareRelay, alidade, portkey];

/** Subjects by name. Throws a RangeError that lists the names. */
export function chooseSubjects(names: readonly string[] | null): readonly Subject[] {
  if (names === null) return ALL_SUBJECTS;
  return names.map((name) => {
    const subject = ALL_SUBJECTS.find((candidate) => candidate.name === name);
    if (subject === undefined)
      throw new RangeError(`no subject ${name}: there are ${ALL_SUBJECTS.map((one) => one.name).join(', ')}`);
    return subject;
  });
}
