import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { type KeyRotation, ROTATIONS_FILE, readRotations, rotationLine } from './key-rotation.ts';
import { writeDurably } from './signing-key.ts';

/** The rotations listed in a data folder, oldest first. @throws AppError config_invalid naming file and line */
export function listedRotations(dataDir: string): KeyRotation[] {
  const path = join(dataDir, ROTATIONS_FILE);
  if (!existsSync(path)) return [];
  try {
    return readRotations(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    throw new AppError('config_invalid', (cause as Error).message, { cause });
  }
}

/** Adds a rotation to the list, unless it stands there. @throws AppError as `listedRotations` */
export function listRotation(dataDir: string, rotation: KeyRotation): void {
  const listed = listedRotations(dataDir);
  if (listed.some(({ next_public_key }) => next_public_key === rotation.next_public_key)) return;
  const lines = [...listed, rotation].map((entry) => `${rotationLine(entry)}\n`);
  writeDurably(join(dataDir, ROTATIONS_FILE), lines.join(''), 0o644);
}
