import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, isDataClass, isWithinClass, lineageOf } from './data-classes.ts';

describe('the tree of data classes', () => {
  it('is closed: the parent of every class is a class and stands before it', () => {
    for (const [index, name] of DATA_CLASSES.entries()) {
      for (const ancestor of lineageOf(name).slice(1)) {
        expect(isDataClass(ancestor), name).toBe(true);
        expect(DATA_CLASSES.indexOf(ancestor), name).toBeLessThan(index);
      }
    }
  });

  it('names no class twice', () => {
    expect(new Set(DATA_CLASSES).size).toBe(DATA_CLASSES.length);
  });

  it('puts a class within itself and its ancestors, not within one whose name it only begins with', () => {
    expect(isWithinClass('personal.contact.email', 'personal')).toBe(true);
    expect(isWithinClass('personal', 'personal')).toBe(true);
    expect(isWithinClass('personal', 'personal.contact')).toBe(false);
    expect(isWithinClass('personality', 'personal')).toBe(false);
  });

  it('refuses names that are not in the tree', () => {
    expect(isDataClass('personal.contact.fax')).toBe(false);
    expect(isDataClass('')).toBe(false);
  });
});
