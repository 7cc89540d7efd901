/**
 * Stores what PyTorch says of all problems in fixtures/torch.json, in float32:
 * node scripts/run.mjs src/engine/testing/make-fixtures.ts
 */
import { writeFileSync } from 'node:fs';
import { torch } from '../../../test/optional.js';
import { FIXTURE_FILE, fixtureText, storedProblems } from './fixtures.js';
import { solveInTorch } from './torch.js';

const python = torch();
if (python === undefined) throw new Error('fixtures need PyTorch');
writeFileSync(FIXTURE_FILE, fixtureText(solveInTorch(python, [...storedProblems.values()], 'float32')));
